package dev.ringback.call;

import dev.ringback.database.Columns;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The calls in PostgreSQL. A call is read with its invitations in one statement; [CallWriter] writes it so.
@Repository
class CallRepository {
    private static final String READ = """
            select c.call_id, c.version, c.state, c.reason, c.reason_text, c.call_type, c.token_delivery, c.caller_id,
                   c.caller_name, c.room_id, c.custom, c.glare, c.ring_timeout, c.created_at, c.changed_at, c.expires_at,
                   c.answered_at, c.ends_at, c.ended_at, c.due_at, i.user_id, i.position, i.state as leg_state, i.busy, i.live, i.expires_at as leg_expires_at,
                   i.ringing_at, i.answered_at as leg_answered_at, i.device_id, i.ignored_by, i.silence,
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
    private static final String READ_LIVE_OF_ALL = READ.formatted("""
            in (select call_id from call where caller_id = any(:users) and state in ('RINGING', 'ACCEPTED')
                union
                select call_id from invitation where user_id = any(:users) and live)""");
    /// The living ones first, by their small index: in the order of ids the search might go through all that are over.
    static final String READ_LIVING = READ.formatted("""
            in (with living as materialized (select call_id from call where state in ('RINGING', 'ACCEPTED'))
                select call_id from living where call_id < :before order by call_id desc limit :limit)""");
    private static final String READ_PAGE = READ.formatted("""
            in ((select call_id from call
                  where caller_id = :user and call_id < :before and (:state::text is null or state = :state)
                  order by call_id desc limit :limit)
                union all
                (select i.call_id from invitation i join call c on c.call_id = i.call_id
                  where i.user_id = :user and i.call_id < :before and (:state::text is null or c.state = :state)
                    and i.silence is distinct from 'BLOCKED'
                  order by i.call_id desc limit :limit)
                order by call_id desc limit :limit)""");
    private final JdbcClient jdbc;

    CallRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
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

    /// The same of several users, without a bound.
    List<Call> liveOf(Collection<String> userIds) {
        return jdbc.sql(READ_LIVE_OF_ALL).param("users", userIds.toArray(String[]::new)).query(new CallRows());
    }

    /// Calls of everybody that ring or are accepted and not over, with ids below `before`, newest first.
    List<Call> living(UUID before, int limit) {
        return jdbc.sql(READ_LIVING).param("before", before).param("limit", limit).query(new CallRows());
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
}
