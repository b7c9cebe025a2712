package dev.ringback.notify;

import dev.ringback.database.Columns;
import dev.ringback.notify.Delivery.Planned;
import dev.ringback.notify.Delivery.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// The deliveries in PostgreSQL. Whatever is done to many is one statement.
///
/// Batches of several writers may hold the same rows. Each statement that waits for rows takes them in the order of their
/// ids, so that no two wait for each other.
@Component
class Deliveries {
    static final int FIRST_LEASE = 1;

    private final JdbcClient jdbc;

    Deliveries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Writes new deliveries, inside the transaction that made them necessary.
    void insert(List<Planned> planned, Instant now) {
        if (planned.isEmpty()) {
            return;
        }
        jdbc.sql(
                """
                        insert into delivery (delivery_id, call_id, user_id, device_id, broker, type, reason, state, code, attempts,
                                              pushes, lease, created_at, expires_at, due_at)
                        select id, call_id, user_id, device_id, broker, type, reason, state, code, 0, 0, lease, :now::timestamptz, expires_at, due_at
                        from unnest(:ids::uuid[], :calls::uuid[], :users, :devices, :brokers, :types, :reasons, :states, :codes,
                                    :leases::integer[], :expiries::timestamptz[], :dues::timestamptz[])
                            as d (id, call_id, user_id, device_id, broker, type, reason, state, code, lease, expires_at, due_at)""")
                .param("ids", Columns.of(planned, p -> p.delivery().id()))
                .param("calls", Columns.of(planned, p -> p.delivery().callId()))
                .param("users", Columns.of(planned, p -> p.delivery().userId()))
                .param("devices", Columns.of(planned, p -> p.delivery().deviceId()))
                .param("brokers", Columns.of(planned, p -> p.delivery().broker()))
                .param("types", Columns.of(planned, p -> p.delivery().type().name()))
                .param("reasons", Columns.of(planned, p -> p.delivery().reason()))
                .param("states", Columns.of(planned, p -> p.state().name()))
                .param("codes", Columns.of(planned, Planned::code))
                .param("leases", Columns.of(planned, p -> p.delivery().lease()))
                .param("expiries", Columns.of(planned, p -> p.delivery().expiresAt()))
                .param("dues", Columns.of(planned, Planned::dueAt))
                .param("now", timestamp(now))
                .update();
    }

    /// Closes the open ring deliveries of these users: nothing of them is sent or repeated from now on.
    ///
    /// @return every device that was to ring, and how far that had come
    List<Rung> withdrawRings(UUID callId, Collection<String> userIds) {
        return jdbc
                .sql("""
                            with ring as (
                                select delivery_id, state, due_at from delivery
                                where call_id = :call and user_id = any(:users) and type = 'INCOMING_CALL'
                        order by delivery_id for update)
                            update delivery d
                            set due_at = null,
                                state = case when d.state in ('WAITING', 'SENDING') and d.pushes = 0 then 'DROPPED' else d.state end,
                                code = case when d.state in ('WAITING', 'SENDING') and d.pushes = 0 then 'overtaken' else d.code end
                            from ring where d.delivery_id = ring.delivery_id
                            returning d.delivery_id, d.user_id, d.device_id, ring.state, d.attempts, d.acknowledged_at is not null as rings""")
                .param("call", callId)
                .param("users", userIds.toArray(String[]::new))
                .query((row, _) -> new Rung(row.getObject("delivery_id", UUID.class), row.getString("user_id"),
                        row.getString("device_id"), State.valueOf(row.getString("state")), row.getInt("attempts"),
                        row.getBoolean("rings")))
                .list();
    }

    /// Takes over what is due: retries, repeats, and what a node that died had in hand. Others pass them by until the
    /// lease ends. What was in hand of another may have been sent, and nobody will say so any more: that is an attempt.
    List<Delivery> claimDue(Instant now, Instant leaseEnd, int limit) {
        return jdbc.sql("""
                update delivery
                set state = 'SENDING', due_at = :leaseEnd, lease = lease + 1,
                    attempts = attempts + case when state = 'SENDING' then 1 else 0 end
                where delivery_id in (select delivery_id from delivery where due_at <= :now
                                      order by due_at limit :limit for update skip locked)
                returning delivery_id, call_id, user_id, device_id, broker, type, reason, attempts, pushes, lease,
                          created_at, expires_at""")
                .param("now", timestamp(now))
                .param("leaseEnd", timestamp(leaseEnd))
                .param("limit", limit)
                .query(Deliveries::delivery)
                .list();
    }

    /// Keeps the lease of deliveries that are still in hand; returns those that were renewed, and not those that another
    /// node has taken over.
    List<Held> renew(List<Held> held, Instant leaseEnd) {
        return jdbc.sql("""
                update delivery set due_at = :leaseEnd where delivery_id in (
                    select d.delivery_id from delivery d
                    join unnest(:ids::uuid[], :leases::integer[]) as h (id, lease)
                      on d.delivery_id = h.id and d.lease = h.lease
                    where d.due_at is not null for update of d skip locked)
                returning delivery_id, lease""")
                .param("ids", Columns.of(held, Held::id))
                .param("leases", Columns.of(held, Held::lease))
                .param("leaseEnd", timestamp(leaseEnd))
                .query((row, _) -> new Held(row.getObject("delivery_id", UUID.class), row.getInt("lease")))
                .list();
    }

    /// Writes what became of deliveries, each at most once in the list. One that was closed meanwhile stays closed, but
    /// says what became of it. Of one that another node has taken over meanwhile, and has counted the attempt, only a push is
    /// counted.
    void settle(List<Settled> settled) {
        jdbc.sql(
                """
                        with s as (
                            select * from unnest(:ids::uuid[], :leases::integer[], :states, :codes, :asked::boolean[],
                                                 :pushed::boolean[], :dues::timestamptz[])
                                     as s (id, lease, state, code, asked, pushed, due_at)),
                        held as (
                            select delivery_id from delivery where delivery_id in (select id from s)
                            order by delivery_id for update)
                        update delivery d
                        set state = case when d.lease <> s.lease or d.due_at is null and not s.pushed then d.state else s.state end,
                            code = case when d.lease <> s.lease or d.due_at is null and not s.pushed then d.code else s.code end,
                            attempts = d.attempts + case when s.asked and d.lease = s.lease then 1 else 0 end,
                            pushes = d.pushes + case when s.pushed then 1 else 0 end,
                            due_at = case when d.due_at is null or d.acknowledged_at is not null then null
                                          when d.lease <> s.lease then d.due_at else s.due_at end
                        from s, held where held.delivery_id = s.id and d.delivery_id = s.id""")
                .param("ids", Columns.of(settled, Settled::id))
                .param("leases", Columns.of(settled, Settled::lease))
                .param("states", Columns.of(settled, s -> s.state().name()))
                .param("codes", Columns.of(settled, Settled::code))
                .param("asked", Columns.of(settled, Settled::asked))
                .param("pushed", Columns.of(settled, Settled::pushed))
                .param("dues", Columns.of(settled, Settled::dueAt))
                .update();
    }

    /// Marks devices as ringing, or as told what rings: they are left alone from now on. A device without a name is the user's only one, or
    /// unknown.
    void acknowledge(List<Acknowledged> rings, Instant now) {
        jdbc.sql("""
                with held as (
                    select d.delivery_id from delivery d
                    join unnest(:calls::uuid[], :users, :devices) as a (call_id, user_id, device_id)
                      on d.call_id = a.call_id and d.user_id = a.user_id
                    where d.type = 'INCOMING_CALL' and d.acknowledged_at is null and d.broker is null
                      and (d.device_id = a.device_id or a.device_id is null and not exists (
                          select from delivery o where o.call_id = d.call_id and o.user_id = d.user_id
                              and o.device_id <> d.device_id and o.broker is null))
                    order by d.delivery_id for update of d)
                update delivery d set acknowledged_at = :now, due_at = null
                from held where d.delivery_id = held.delivery_id""")
                .param("calls", Columns.of(rings, Acknowledged::callId))
                .param("users", Columns.of(rings, Acknowledged::userId))
                .param("devices", Columns.of(rings, Acknowledged::deviceId))
                .param("now", timestamp(now))
                .update();
    }

    /// Drops the rings that waited for a device of their user, who is online, to say that it rings.
    void spare(List<Acknowledged> rings) {
        jdbc.sql("""
                with held as (
                    select d.delivery_id from delivery d
                    where (d.call_id, d.user_id) in (select * from unnest(:calls::uuid[], :users))
                      and d.type = 'INCOMING_CALL' and d.state = 'WAITING' and d.code = :waiting and d.pushes = 0
                      and d.acknowledged_at is null
                    order by d.delivery_id for update of d)
                update delivery d set state = 'DROPPED', code = 'rings_elsewhere', due_at = null
                from held where d.delivery_id = held.delivery_id""")
                .param("calls", Columns.of(rings, Acknowledged::callId))
                .param("users", Columns.of(rings, Acknowledged::userId))
                .param("waiting", PushPlanner.ONLINE_FIRST)
                .update();
    }

    /// Writes down when the apps of devices woke, for the last ring of each; the first time counts. A device without a name is
    /// left out.
    void wake(List<Acknowledged> awake) {
        jdbc.sql("""
                with awake as (
                    select call_id, user_id, device_id, min(woke_at) as woke_at
                    from unnest(:calls::uuid[], :users, :devices, :times::timestamptz[])
                         as a (call_id, user_id, device_id, woke_at)
                    group by call_id, user_id, device_id),
                held as (
                    select d.delivery_id, a.woke_at from delivery d
                    join awake a on d.call_id = a.call_id and d.user_id = a.user_id and d.device_id = a.device_id
                    where d.type = 'INCOMING_CALL' and d.woke_at is null and not exists (
                        select from delivery l where l.call_id = d.call_id and l.user_id = d.user_id
                            and l.device_id = d.device_id and l.type = d.type and l.created_at > d.created_at)
                    order by d.delivery_id for update of d)
                update delivery d set woke_at = held.woke_at
                from held where d.delivery_id = held.delivery_id""")
                .param("calls", Columns.of(awake, Acknowledged::callId))
                .param("users", Columns.of(awake, Acknowledged::userId))
                .param("devices", Columns.of(awake, Acknowledged::deviceId))
                .param("times", Columns.of(awake, Acknowledged::wokeAt))
                .update();
    }

    /// When the delivery that has to be looked at first has to be, if there is any.
    Optional<Instant> oldestDue() {
        return jdbc.sql("select due_at from delivery where due_at is not null order by due_at limit 1")
                .query((row, _) -> row.getTimestamp("due_at").toInstant())
                .optional();
    }

    /// Whether any ring of the call has arrived, or may still.
    boolean mayRing(UUID callId) {
        return jdbc
                .sql("""
                        select exists (select from delivery where call_id = :call and state <> 'FAILED'
                            and (type = 'INCOMING_CALL' or broker is not null and type = 'CALL_RINGING'))""")
                .param("call", callId)
                .query(Boolean.class)
                .single();
    }

    /// A device that was to ring.
    ///
    /// @param before where its delivery stood until now
    /// @param attempts how often its provider was asked, or may have been by a node that died
    /// @param rings whether it has said that it rings
    record Rung(UUID id, String userId, String deviceId, State before, int attempts, boolean rings) {}

    /// A delivery that a node has in hand, and the number of its lease.
    record Held(UUID id, int lease) {}

    /// What became of a delivery.
    ///
    /// @param lease the number of the lease under which that was
    /// @param asked whether a provider was asked at all
    /// @param pushed whether the provider took it
    /// @param dueAt when to look at it again, or null when it is over
    record Settled(UUID id, int lease, State state, @Nullable String code, boolean asked, boolean pushed,
            @Nullable Instant dueAt) {

        /// The same under a lease that was renewed meanwhile.
        Settled under(Lease last) {
            return new Settled(id, last.number(), state, code, asked, pushed, dueAt);
        }
    }

    /// A device that rings, or whose app is awake.
    ///
    /// @param wokeAt when the app connected, or asked what rings; null when the device said that it rings
    record Acknowledged(UUID callId, String userId, @Nullable String deviceId, @Nullable Instant wokeAt) {
        Acknowledged(UUID callId, String userId, @Nullable String deviceId) {
            this(callId, userId, deviceId, null);
        }
    }

    private static Delivery delivery(ResultSet row, int number) throws SQLException {
        return new Delivery(row.getObject("delivery_id", UUID.class), row.getObject("call_id", UUID.class),
                row.getString("user_id"), row.getString("device_id"), row.getString("broker"),
                NoticeType.valueOf(row.getString("type")),
                row.getString("reason"), row.getInt("attempts"), row.getInt("pushes"), row.getInt("lease"),
                row.getTimestamp("created_at").toInstant(), row.getTimestamp("expires_at").toInstant());
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.from(instant);
    }
}
