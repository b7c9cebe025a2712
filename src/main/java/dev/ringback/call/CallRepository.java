package dev.ringback.call;

import dev.ringback.database.Columns;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The calls in PostgreSQL. A call is read with its invitations in one statement, and written with them in one.
@Repository
class CallRepository {
    private static final String READ = """
            select c.*, i.user_id, i.position, i.state as leg_state, i.busy, i.live, i.expires_at as leg_expires_at,
                   i.ringing_at, i.answered_at as leg_answered_at, i.device_id, i.ignored_by,
                   exists (select from delivery d where d.call_id = c.call_id) as pushed
            from call c join invitation i on i.call_id = c.call_id
            where c.call_id %s
            order by c.call_id desc, i.position""";
    private static final String READ_ONE = READ.formatted("= :id");
    private static final String READ_ALL = READ.formatted("= any(:ids::uuid[])");
    private static final String READ_LIVE = READ.formatted("""
            in (select call_id from call where caller_id = :user and state in ('RINGING', 'ACCEPTED')
                union all
                select call_id from invitation where user_id = :user and live
                order by call_id desc limit :limit)""");
    private static final String READ_PAGE = READ.formatted("""
            in ((select call_id from call
                  where caller_id = :user and call_id < :before and (:state::text is null or state = :state)
                  order by call_id desc limit :limit)
                union all
                (select i.call_id from invitation i join call c on c.call_id = i.call_id
                  where i.user_id = :user and i.call_id < :before and (:state::text is null or c.state = :state)
                  order by i.call_id desc limit :limit)
                order by call_id desc limit :limit)""");
    /// What is between the devices of one invitation on their way to the database; no id holds a control character.
    private static final String SEPARATOR = "\u001f";
    private static final String LEGS = """
            unnest(:users, :positions::integer[], :states, :busy::boolean[], :live::boolean[],
                :deadlines::timestamptz[], :ringing::timestamptz[], :answered::timestamptz[], :devices, :ignored)
                as l (user_id, position, state, busy, live, expires_at, ringing_at, answered_at, device_id, ignored_by)
            """;
    private static final String INSERT_INVITATIONS = """
            , invitations as (
                insert into invitation (call_id, user_id, position, state, busy, live, expires_at, ringing_at,
                    answered_at, device_id, ignored_by)
                select w.call_id, l.user_id, l.position, l.state, l.busy, l.live, l.expires_at, l.ringing_at,
                       l.answered_at, l.device_id, string_to_array(l.ignored_by, E'\\x1f')
                from written w,""" + LEGS + """
            on conflict (call_id, user_id) do update set state = excluded.state, busy = excluded.busy,
                live = excluded.live, expires_at = excluded.expires_at, ringing_at = excluded.ringing_at,
                answered_at = excluded.answered_at, device_id = excluded.device_id,
                ignored_by = excluded.ignored_by)""";
    private static final String UPDATE_INVITATIONS = """
            , invitations as (
                update invitation i set state = l.state, busy = l.busy, live = l.live, expires_at = l.expires_at,
                    ringing_at = l.ringing_at, answered_at = l.answered_at, device_id = l.device_id,
                    ignored_by = string_to_array(l.ignored_by, E'\\x1f')
                from written w,""" + LEGS + """
            where i.call_id = w.call_id and i.user_id = l.user_id)""";
    private static final String VACATE_ROOM = """
            , vacated as (
                insert into vacant_room (room_id, caller_id, called_ids, reusable_until, delete_at)
                select :vacantRoom, :vacantCaller, :vacantCalled, :reusableUntil::timestamptz, :deleteAt from written
                on conflict (room_id) do nothing)""";
    private static final String INSERT = """
            with written as (
                insert into call (call_id, version, state, reason, reason_text, call_type, token_delivery, caller_id,
                    caller_name, room_id, custom, glare, ring_timeout, created_at, changed_at, expires_at, answered_at,
                    ends_at, ended_at, due_at)
                values (:id, :version, :state, :reason, :reasonText, :callType, :tokenDelivery, :callerId, :callerName,
                    :roomId, :custom, :glare, :ringTimeout, :createdAt, :changedAt, :expiresAt, :answeredAt, :endsAt,
                    :endedAt, :dueAt)
                returning call_id)""";
    private static final String UPDATE = """
            with written as (
                update call set version = :version, state = :state, reason = :reason, reason_text = :reasonText,
                    glare = :glare, changed_at = :changedAt, expires_at = :expiresAt, answered_at = :answeredAt,
                    ends_at = :endsAt, ended_at = :endedAt, due_at = :dueAt
                where call_id = :id and version = :version - 1
                returning call_id)""";
    private static final String COUNT = " select count(*) from written";
    /// What can be needed together, each put together once.
    private static final String NEW_CALL = INSERT + INSERT_INVITATIONS + COUNT;
    private static final String NEW_CALL_REFUSED = INSERT + INSERT_INVITATIONS + VACATE_ROOM + COUNT;
    private static final String MORE_INVITED = UPDATE + INSERT_INVITATIONS + COUNT;
    private static final String CHANGED = UPDATE + UPDATE_INVITATIONS + COUNT;
    private static final String OVER = UPDATE + UPDATE_INVITATIONS + VACATE_ROOM + COUNT;

    private final JdbcClient jdbc;

    CallRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Writes a new call.
    ///
    /// @param vacancy of its room, if the call was refused at once
    void insert(Call call, @Nullable Vacancy vacancy) {
        var row = call.row();
        write(vacancy == null ? NEW_CALL : NEW_CALL_REFUSED, call, row, vacancy)
                .param("callType", row.callType().name())
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

    /// Writes a call that was changed once: one statement, which a transaction around it makes no safer.
    ///
    /// @param vacancy of its room, if the call is over now
    /// @throws OptimisticLockingFailureException when somebody else was faster; then nothing is written
    void update(Call call, @Nullable Vacancy vacancy) {
        var row = call.row();
        if (write(change(call, vacancy), call, row, vacancy).query(Integer.class).single() == 0) {
            throw new OptimisticLockingFailureException("call " + row.id() + " was changed meanwhile");
        }
    }

    private static String change(Call call, @Nullable Vacancy vacancy) {
        if (vacancy != null) {
            return OVER;
        }
        return call.changedInvitations().stream().anyMatch(Invitation::isNew) ? MORE_INVITED : CHANGED;
    }

    private JdbcClient.StatementSpec write(String sql, Call call, CallRow row, @Nullable Vacancy vacancy) {
        var changed = call.changedInvitations();
        var statement = jdbc.sql(sql)
                .param("id", row.id())
                .param("version", row.version())
                .param("state", row.state().name())
                .param("reason", row.reason() == null ? null : row.reason().name())
                .param("reasonText", row.reasonText())
                .param("glare", row.glare())
                .param("changedAt", Timestamp.from(row.changedAt()))
                .param("expiresAt", Timestamp.from(row.expiresAt()))
                .param("answeredAt", timestamp(row.answeredAt()))
                .param("endsAt", timestamp(row.endsAt()))
                .param("endedAt", timestamp(row.endedAt()))
                .param("dueAt", timestamp(row.dueAt()))
                .param("users", Columns.of(changed, Invitation::userId))
                .param("positions", Columns.of(changed, Invitation::position))
                .param("states", Columns.of(changed, Invitation::state))
                .param("busy", Columns.of(changed, i -> i.snapshot().busy()))
                .param("live", Columns.of(changed, Invitation::isLive))
                .param("deadlines", Columns.of(changed, Invitation::expiresAt))
                .param("ringing", Columns.of(changed, i -> i.snapshot().ringingAt()))
                .param("answered", Columns.of(changed, Invitation::answeredAt))
                .param("devices", Columns.of(changed, Invitation::deviceId))
                .param("ignored", Columns.of(changed, i -> String.join(SEPARATOR, i.snapshot().ignoredBy())));
        return vacancy == null
                ? statement
                : statement.param("vacantRoom", vacancy.roomId())
                        .param("vacantCaller", vacancy.callerId())
                        .param("vacantCalled",
                                vacancy.calledIds() == null ? null : vacancy.calledIds().toArray(String[]::new))
                        .param("reusableUntil", timestamp(vacancy.reusableUntil()))
                        .param("deleteAt", Timestamp.from(vacancy.deleteAt()));
    }

    Optional<Call> find(UUID id) {
        return jdbc.sql(READ_ONE).param("id", id).query(new CallRows()).stream().findFirst();
    }

    /// As [#find], and nobody else changes the call until the transaction ends.
    Optional<Call> findForChange(UUID id) {
        // by itself: what whoever had the lock has written is seen by the next statement only
        jdbc.sql("select 1 from call where call_id = :id for no key update").param("id", id).query(_ -> {});
        return find(id);
    }

    /// The calls of these ids, newest first; those that do not exist are left out.
    List<Call> findAll(Collection<UUID> ids) {
        return jdbc.sql(READ_ALL).param("ids", Columns.of(List.copyOf(ids), id -> id)).query(new CallRows());
    }

    /// The newest call in a room: a re-dial uses the room of an earlier call again.
    Optional<UUID> newestInRoom(String roomId) {
        return jdbc.sql("select call_id from call where room_id = :room order by call_id desc limit 1")
                .param("room", roomId)
                .query(UUID.class)
                .optional();
    }

    /// Calls that ring for or connect the user right now, newest first.
    List<Call> liveOf(String userId, int limit) {
        return jdbc.sql(READ_LIVE).param("user", userId).param("limit", limit).query(new CallRows());
    }

    /// Calls of the user with ids below `before`, newest first.
    List<Call> history(String userId, UUID before, @Nullable CallState state, int limit) {
        return jdbc.sql(READ_PAGE)
                .param("user", userId)
                .param("before", before)
                .param("state", state == null ? null : state.name())
                .param("limit", limit)
                .query(new CallRows());
    }

    /// Locks the calls that are due, but for those that another node has locked already.
    List<UUID> lockDue(Instant now, int limit) {
        return jdbc.sql("""
                select call_id from call where due_at <= :now order by due_at limit :limit
                for no key update skip locked""")
                .param("now", Timestamp.from(now))
                .param("limit", limit)
                .query((row, _) -> row.getObject("call_id", UUID.class))
                .list();
    }

    /// Deletes finished calls made before `before`, which is the lowest id of that moment: the ids are ordered by time,
    /// so the primary key finds the oldest ones.
    int deleteOldest(UUID before, int limit) {
        return jdbc.sql("""
                delete from call where call_id in (
                    select call_id from call where call_id < :before and state not in ('RINGING', 'ACCEPTED')
                    order by call_id limit :limit for update skip locked)""")
                .param("before", before)
                .param("limit", limit)
                .update();
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
