package dev.ringback.call;

import dev.ringback.database.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Writes calls: all rows of a change, or of many changes, in one statement, which a transaction around it makes no safer.
@Component
class CallWriter {
    private static final Values<CallRow> CHANGING = Values.<CallRow>as("n")
            .with("call_id", "uuid", CallRow::id)
            .with("version", "integer", CallRow::version)
            .with("state", "text", CallRow::state)
            .with("reason", "text", CallRow::reason)
            .with("reason_text", "text", CallRow::reasonText)
            .with("glare", "boolean", CallRow::glare)
            .with("changed_at", "timestamptz", CallRow::changedAt)
            .with("expires_at", "timestamptz", CallRow::expiresAt)
            .with("answered_at", "timestamptz", CallRow::answeredAt)
            .with("ends_at", "timestamptz", CallRow::endsAt)
            .with("ended_at", "timestamptz", CallRow::endedAt)
            .with("due_at", "timestamptz", CallRow::dueAt);
    private static final Values<CallRow> WHOLE = CHANGING.with("call_type", "text", CallRow::callType)
            .with("token_delivery", "text", CallRow::tokenDelivery)
            .with("caller_id", "text", CallRow::callerId)
            .with("caller_name", "text", CallRow::callerName)
            .with("room_id", "text", CallRow::roomId)
            .with("custom", "text", CallRow::custom)
            .with("ring_timeout", "integer", CallRow::ringTimeout)
            .with("created_at", "timestamptz", CallRow::createdAt);
    private static final Values<Leg> LEGS = Values.<Leg>as("l")
            .with("call_id", "uuid", leg -> leg.call().id())
            .with("user_id", "text", leg -> leg.invited().userId())
            .with("position", "integer", leg -> leg.invitation().position())
            .with("state", "text", leg -> leg.invited().state())
            .with("busy", "boolean", leg -> leg.invited().busy())
            .with("live", "boolean", leg -> leg.invitation().isLive())
            .with("expires_at", "timestamptz", leg -> leg.invited().expiresAt())
            .with("ringing_at", "timestamptz", leg -> leg.invited().ringingAt())
            .with("answered_at", "timestamptz", leg -> leg.invited().answeredAt())
            .with("device_id", "text", leg -> leg.invited().deviceId())
            .with("ignored_by", "text[]", leg -> leg.invited().ignoredBy().toArray(String[]::new))
            .with("silence", "text", leg -> leg.invited().silence());
    private static final String[] WHICH_LEG = {"call_id", "user_id", "position"};
    private static final Values<Vacated> VACANT = Values.<Vacated>as("v")
            .with("call_id", "uuid", vacated -> vacated.call().id())
            .with("room_id", "text", vacated -> vacated.vacancy().roomId())
            .with("caller_id", "text", vacated -> vacated.vacancy().callerId())
            .with("called_ids", "text[]", vacated -> called(vacated.vacancy()))
            .with("reusable_until", "timestamptz", vacated -> vacated.vacancy().reusableUntil())
            .with("delete_at", "timestamptz", vacated -> vacated.vacancy().deleteAt());

    private final JdbcClient jdbc;
    private final VacancyRules vacancies;

    CallWriter(JdbcClient jdbc, VacancyRules vacancies) {
        this.jdbc = jdbc;
        this.vacancies = vacancies;
    }

    private record Leg(Call call, Invitation invitation, CallSnapshot.Invited invited) {
        static Leg of(Call call, Invitation invitation) {
            return new Leg(call, invitation, invitation.snapshot());
        }
    }

    private record Vacated(Call call, Vacancy vacancy) {}

    void insert(Call call) {
        write(List.of(call), (rows, values) -> "insert into call (" + WHOLE.names() + ") select " + WHOLE.names()
                + " from " + WHOLE.list(rows, values) + " returning call_id");
    }

    /// Writes calls that were changed once each, and what becomes of the rooms of those that are over now.
    ///
    /// @throws OptimisticLockingFailureException when somebody else was faster with any of them: of one call nothing is
    ///         written then, and of many the caller's transaction has to be rolled back
    void update(List<Call> calls) {
        int written = write(calls,
                (rows, values) -> "update call c set " + CHANGING.assignments("n", "call_id") + " from "
                        + CHANGING.list(rows, values)
                        + " where c.call_id = n.call_id and c.version = n.version - 1 returning c.call_id");
        if (written < calls.size()) {
            throw new OptimisticLockingFailureException("somebody else was faster");
        }
    }

    /// What is done to the rows of calls; the values are added to the list.
    private interface Change {
        String sql(List<CallRow> rows, List<@Nullable Object> values);
    }

    /// Returns how many calls were written.
    private int write(List<Call> calls, Change change) {
        var values = new ArrayList<@Nullable Object>();
        var sql = new StringBuilder("with written as (")
                .append(change.sql(calls.stream().map(Call::row).toList(), values))
                .append(')');
        var legs = legs(calls);
        if (!legs.isEmpty()) {
            sql.append(", invitations as (").append(invitations(legs, values)).append(')');
        }
        var vacated = vacated(calls);
        if (!vacated.isEmpty()) {
            sql.append(", vacated as (").append(vacantRooms(vacated, values)).append(')');
        }
        return jdbc.sql(sql.append(" select count(*) from written").toString())
                .params(values)
                .query(Integer.class)
                .single();
    }

    private static String invitations(List<Leg> legs, List<@Nullable Object> values) {
        var from = " from written w, " + LEGS.list(legs, values) + " where l.call_id = w.call_id";
        if (legs.stream().noneMatch(leg -> leg.invitation().isNew())) {
            return "update invitation i set " + LEGS.assignments("l", WHICH_LEG) + from
                    + " and i.call_id = l.call_id and i.user_id = l.user_id";
        }
        return "insert into invitation (" + LEGS.names() + ") select l.*" + from
                + " on conflict (call_id, user_id) do update set " + LEGS.assignments("excluded", WHICH_LEG);
    }

    private static String vacantRooms(List<Vacated> vacated, List<@Nullable Object> values) {
        return "insert into vacant_room (room_id, caller_id, called_ids, reusable_until, delete_at)"
                + " select v.room_id, v.caller_id, nullif(v.called_ids, '{}'), v.reusable_until, v.delete_at from written w, "
                + VACANT.list(vacated, values) + " where v.call_id = w.call_id on conflict (room_id) do nothing";
    }

    private static List<Leg> legs(List<Call> calls) {
        return calls.stream()
                .flatMap(call -> call.changedInvitations().stream().map(changed -> Leg.of(call, changed)))
                .toList();
    }

    private List<Vacated> vacated(List<Call> calls) {
        return calls.stream().filter(call -> !call.isLive()).<Vacated>mapMulti((call, sink) -> {
            var vacancy = vacancies.roomOf(call.snapshot());
            if (vacancy != null) {
                sink.accept(new Vacated(call, vacancy));
            }
        }).toList();
    }

    /// Nobody is an empty array on its way, and null in the row: a statement is planned anew when a null takes the place
    /// of an array.
    private static String[] called(Vacancy vacancy) {
        return Objects.requireNonNullElse(vacancy.calledIds(), List.<String>of()).toArray(String[]::new);
    }
}
