package dev.ringback.call;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ResultSetExtractor;

/// Reads calls from rows of one invitation each, those of a call one after the other.
final class CallRows implements ResultSetExtractor<List<Call>> {

    @Override
    public List<Call> extractData(ResultSet rows) throws SQLException {
        var calls = new ArrayList<Call>();
        CallRow call = null;
        boolean pushed = false;
        var invitations = new ArrayList<Invitation>();
        while (rows.next()) {
            var id = rows.getObject("call_id", UUID.class);
            if (call != null && !call.id().equals(id)) {
                calls.add(new Call(call, pushed, invitations));
                invitations.clear();
                call = null;
            }
            if (call == null) {
                call = call(id, rows);
                pushed = rows.getBoolean("pushed");
            }
            invitations.add(invitation(rows));
        }
        if (call != null) {
            calls.add(new Call(call, pushed, invitations));
        }
        return calls;
    }

    private static CallRow call(UUID id, ResultSet row) throws SQLException {
        var reason = row.getString("reason");
        return new CallRow(id, row.getInt("version"), CallState.valueOf(row.getString("state")),
                reason == null ? null : Reason.valueOf(reason), row.getString("reason_text"),
                CallType.valueOf(row.getString("call_type")), TokenDelivery.valueOf(row.getString("token_delivery")),
                row.getString("caller_id"), row.getString("caller_name"), row.getString("room_id"),
                row.getString("custom"), row.getBoolean("glare"), row.getInt("ring_timeout"), at(row, "created_at"),
                at(row, "changed_at"), at(row, "expires_at"), atOrNull(row, "answered_at"), atOrNull(row, "ends_at"),
                atOrNull(row, "ended_at"), atOrNull(row, "due_at"));
    }

    private static Invitation invitation(ResultSet row) throws SQLException {
        return new Invitation(row.getInt("position"), row.getBoolean("live"),
                new CallSnapshot.Invited(row.getString("user_id"), InvitationState.valueOf(row.getString("leg_state")),
                        atOrNull(row, "ringing_at"), atOrNull(row, "leg_answered_at"), at(row, "leg_expires_at"),
                        row.getString("device_id"), row.getBoolean("busy"), strings(row, "ignored_by"),
                        silence(row.getString("silence"))));
    }

    private static @Nullable Silence silence(@Nullable String name) {
        return name == null ? null : Silence.valueOf(name);
    }

    private static List<String> strings(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    private static Instant at(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(atOrNull(row, column), column);
    }

    private static @Nullable Instant atOrNull(ResultSet row, String column) throws SQLException {
        Timestamp timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }
}
