package dev.ringback.call;

import dev.ringback.database.Columns;
import java.sql.Timestamp;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Writes calls: all rows of a change, or of many changes, in one statement, which a transaction around it makes no safer.
@Component
class CallWriter {
    /// What is between the parts of a list on its way to the database; no id holds a control character.
    private static final String SEPARATOR = "\u001f";
    private static final String CALLS = """
            unnest(:ids::uuid[], :versions::integer[], :states, :reasons, :reasonTexts, :glares::boolean[],
                :changedAts::timestamptz[], :expiresAts::timestamptz[], :answeredAts::timestamptz[],
                :endsAts::timestamptz[], :endedAts::timestamptz[], :dueAts::timestamptz[])
                as n (call_id, version, state, reason, reason_text, glare, changed_at, expires_at, answered_at, ends_at,
                      ended_at, due_at)
            """;
    private static final String LEGS = """
            unnest(:legCalls::uuid[], :users, :positions::integer[], :legStates, :busy::boolean[], :live::boolean[],
                :deadlines::timestamptz[], :ringing::timestamptz[], :answered::timestamptz[], :devices, :ignored)
                as l (call_id, user_id, position, state, busy, live, expires_at, ringing_at, answered_at, device_id,
                      ignored_by)
            """;
    private static final String INSERT_CALL = """
            with written as (
                insert into call (call_id, version, state, reason, reason_text, call_type, token_delivery, caller_id,
                    caller_name, room_id, custom, glare, ring_timeout, created_at, changed_at, expires_at, answered_at,
                    ends_at, ended_at, due_at)
                select n.call_id, n.version, n.state, n.reason, n.reason_text, :callType, :tokenDelivery, :callerId,
                       :callerName, :roomId, :custom, n.glare, :ringTimeout, :createdAt, n.changed_at, n.expires_at,
                       n.answered_at, n.ends_at, n.ended_at, n.due_at
                from\s""" + CALLS + """
            returning call_id)""";
    private static final String UPDATE_CALLS = """
            with written as (
                update call c set version = n.version, state = n.state, reason = n.reason, reason_text = n.reason_text,
                    glare = n.glare, changed_at = n.changed_at, expires_at = n.expires_at, answered_at = n.answered_at,
                    ends_at = n.ends_at, ended_at = n.ended_at, due_at = n.due_at
                from\s""" + CALLS + """
            where c.call_id = n.call_id and c.version = n.version - 1
            returning c.call_id)""";
    private static final String INSERT_INVITATIONS = """
            , invitations as (
                insert into invitation (call_id, user_id, position, state, busy, live, expires_at, ringing_at,
                    answered_at, device_id, ignored_by)
                select l.call_id, l.user_id, l.position, l.state, l.busy, l.live, l.expires_at, l.ringing_at,
                       l.answered_at, l.device_id, string_to_array(l.ignored_by, E'\\x1f')
                from written w,\s""" + LEGS + """
            where l.call_id = w.call_id
            on conflict (call_id, user_id) do update set state = excluded.state, busy = excluded.busy,
                live = excluded.live, expires_at = excluded.expires_at, ringing_at = excluded.ringing_at,
                answered_at = excluded.answered_at, device_id = excluded.device_id,
                ignored_by = excluded.ignored_by)""";
    private static final String UPDATE_INVITATIONS = """
            , invitations as (
                update invitation i set state = l.state, busy = l.busy, live = l.live, expires_at = l.expires_at,
                    ringing_at = l.ringing_at, answered_at = l.answered_at, device_id = l.device_id,
                    ignored_by = string_to_array(l.ignored_by, E'\\x1f')
                from written w,\s""" + LEGS + """
            where l.call_id = w.call_id and i.call_id = l.call_id and i.user_id = l.user_id)""";
    private static final String VACATE_ROOMS = """
            , vacated as (
                insert into vacant_room (room_id, caller_id, called_ids, reusable_until, delete_at)
                select v.room_id, v.caller_id, string_to_array(v.called_ids, E'\\x1f'), v.reusable_until, v.delete_at
                from written w, unnest(:vacantCalls::uuid[], :rooms, :callers, :called, :reusableUntil::timestamptz[],
                    :deleteAts::timestamptz[]) as v (call_id, room_id, caller_id, called_ids, reusable_until, delete_at)
                where v.call_id = w.call_id
                on conflict (room_id) do nothing)""";
    private static final String COUNT = " select count(*) from written";
    /// What can be needed together, each put together once.
    private static final String NEW_CALL = INSERT_CALL + INSERT_INVITATIONS + VACATE_ROOMS + COUNT;
    private static final String MORE_INVITED = UPDATE_CALLS + INSERT_INVITATIONS + COUNT;
    private static final String CHANGED = UPDATE_CALLS + UPDATE_INVITATIONS + COUNT;
    private static final String OVER = UPDATE_CALLS + UPDATE_INVITATIONS + VACATE_ROOMS + COUNT;

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
        var row = call.row();
        var calls = List.of(call);
        var statement = statement(NEW_CALL, calls, legs(calls));
        vacated(statement, vacancies(calls)).param("callType", row.callType().name())
                .param("tokenDelivery", row.tokenDelivery().name())
                .param("callerId", row.callerId())
                .param("callerName", row.callerName())
                .param("roomId", row.roomId())
                .param("custom", row.custom())
                .param("ringTimeout", row.ringTimeout())
                .param("createdAt", Timestamp.from(row.createdAt()))
                .query(Integer.class)
                .single();
    }

    /// Writes calls that were changed once each, and what becomes of the rooms of those that are over now.
    ///
    /// @throws OptimisticLockingFailureException when somebody else was faster with any of them: of one call nothing is
    ///         written then, and of many the caller's transaction has to be rolled back
    void update(List<Call> calls) {
        var legs = legs(calls);
        var vacancies = vacancies(calls);
        if (vacated(statement(change(legs, vacancies), calls, legs), vacancies).query(Integer.class)
                .single() < calls.size()) {
            throw new OptimisticLockingFailureException("somebody else was faster");
        }
    }

    private static String change(List<Leg> legs, List<Vacated> vacancies) {
        if (!vacancies.isEmpty()) {
            return OVER;
        }
        return legs.stream().anyMatch(leg -> leg.invitation().isNew()) ? MORE_INVITED : CHANGED;
    }

    private static List<Leg> legs(List<Call> calls) {
        return calls.stream()
                .flatMap(call -> call.changedInvitations().stream().map(changed -> Leg.of(call, changed)))
                .toList();
    }

    private List<Vacated> vacancies(List<Call> calls) {
        return calls.stream().filter(call -> !call.isLive()).<Vacated>mapMulti((call, sink) -> {
            var vacancy = vacancies.roomOf(call.snapshot());
            if (vacancy != null) {
                sink.accept(new Vacated(call, vacancy));
            }
        }).toList();
    }

    private JdbcClient.StatementSpec statement(String sql, List<Call> calls, List<Leg> legs) {
        var rows = calls.stream().map(Call::row).toList();
        return jdbc.sql(sql)
                .param("ids", Columns.of(rows, CallRow::id))
                .param("versions", Columns.of(rows, CallRow::version))
                .param("states", Columns.of(rows, CallRow::state))
                .param("reasons", Columns.of(rows, CallRow::reason))
                .param("reasonTexts", Columns.of(rows, CallRow::reasonText))
                .param("glares", Columns.of(rows, CallRow::glare))
                .param("changedAts", Columns.of(rows, CallRow::changedAt))
                .param("expiresAts", Columns.of(rows, CallRow::expiresAt))
                .param("answeredAts", Columns.of(rows, CallRow::answeredAt))
                .param("endsAts", Columns.of(rows, CallRow::endsAt))
                .param("endedAts", Columns.of(rows, CallRow::endedAt))
                .param("dueAts", Columns.of(rows, CallRow::dueAt))
                .param("legCalls", Columns.of(legs, leg -> leg.call().id()))
                .param("users", Columns.of(legs, leg -> leg.invited().userId()))
                .param("positions", Columns.of(legs, leg -> leg.invitation().position()))
                .param("legStates", Columns.of(legs, leg -> leg.invited().state()))
                .param("busy", Columns.of(legs, leg -> leg.invited().busy()))
                .param("live", Columns.of(legs, leg -> leg.invitation().isLive()))
                .param("deadlines", Columns.of(legs, leg -> leg.invited().expiresAt()))
                .param("ringing", Columns.of(legs, leg -> leg.invited().ringingAt()))
                .param("answered", Columns.of(legs, leg -> leg.invited().answeredAt()))
                .param("devices", Columns.of(legs, leg -> leg.invited().deviceId()))
                .param("ignored", Columns.of(legs, leg -> String.join(SEPARATOR, leg.invited().ignoredBy())));
    }

    private static JdbcClient.StatementSpec vacated(JdbcClient.StatementSpec statement, List<Vacated> vacated) {
        return statement.param("vacantCalls", Columns.of(vacated, v -> v.call().id()))
                .param("rooms", Columns.of(vacated, v -> v.vacancy().roomId()))
                .param("callers", Columns.of(vacated, v -> v.vacancy().callerId()))
                .param("called", Columns.of(vacated, v -> joined(v.vacancy().calledIds())))
                .param("reusableUntil", Columns.of(vacated, v -> v.vacancy().reusableUntil()))
                .param("deleteAts", Columns.of(vacated, v -> v.vacancy().deleteAt()));
    }

    private static @Nullable String joined(@Nullable List<String> ids) {
        return ids == null ? null : String.join(SEPARATOR, ids);
    }
}
