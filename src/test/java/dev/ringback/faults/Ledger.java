package dev.ringback.faults;

import dev.ringback.faults.History.Leg;
import dev.ringback.faults.History.Overdue;
import dev.ringback.faults.History.StoredCall;
import dev.ringback.support.PostgresServer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Reads in the database, past the service.
record Ledger(PostgresServer postgres) {

    List<StoredCall> calls() throws SQLException {
        return read("""
                select c.*, i.user_id, i.state as leg_state, i.device_id, i.ringing_at
                from call c join invitation i using (call_id) where c.custom is not null order by call_id""",
                Ledger::call);
    }

    Set<String> vacantRooms() throws SQLException {
        return new HashSet<>(read("select room_id from vacant_room", row -> row.getString(1)));
    }

    /// Calls that ring although their deadline passed so long ago.
    List<Overdue> overdue(Duration since) throws SQLException {
        return read("""
                select call_id, expires_at, clock_timestamp() from call
                where state = 'RINGING' and expires_at < clock_timestamp() - interval '%d ms'"""
                .formatted(since.toMillis()),
                row -> new Overdue(row.getObject(1, UUID.class), row.getTimestamp(2).toInstant(),
                        row.getTimestamp(3).toInstant()));
    }

    /// What is still to be done about calls and deliveries.
    int open() throws SQLException {
        return read("""
                select (select count(*) from call where state = 'RINGING')
                    + (select count(*) from delivery where due_at is not null)""", row -> row.getInt(1)).getFirst();
    }

    private static StoredCall call(ResultSet row) throws SQLException {
        var custom = JsonMapper.shared().readTree(row.getString("custom"));
        return new StoredCall(row.getObject("call_id", UUID.class), custom.path("number").asInt(),
                row.getString("state"), row.getString("reason"), row.getInt("version") + 1, row.getString("caller_id"),
                row.getString("room_id"), row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("expires_at").toInstant(), instant(row.getTimestamp("ended_at")),
                new Leg(row.getString("user_id"), row.getString("leg_state"), row.getString("device_id"),
                        instant(row.getTimestamp("ringing_at"))));
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }

    private <T> List<T> read(String sql, Row<T> row) throws SQLException {
        try (var connection = postgres.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var all = new ArrayList<T>();
            while (rows.next()) {
                all.add(row.of(rows));
            }
            return all;
        }
    }

    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }
}
