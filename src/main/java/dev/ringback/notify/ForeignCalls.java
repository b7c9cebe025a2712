package dev.ringback.notify;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The calls that other platforms keep, in PostgreSQL.
///
/// A ring and the end of its call come in any order and at the same time: whoever writes of a call holds its row until the
/// end of the transaction.
@Component
class ForeignCalls {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<LinkedHashMap<String, String>> MEMBERS = new TypeReference<>() {};

    private final JdbcClient jdbc;

    ForeignCalls(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Writes down that a user is to be rung.
    ///
    /// @return whether that is new, and the call not over
    boolean begin(ForeignRing ring) {
        var wakeUp = ring.wakeUp();
        boolean rings = jdbc.sql("""
                insert into foreign_call (call_id, platform, foreign_id, pair, began_at, received_at)
                values (:call, :platform, :id, :pair, :began, :received)
                on conflict (call_id) do update set pair = coalesce(foreign_call.pair, excluded.pair),
                                                    began_at = coalesce(foreign_call.began_at, excluded.began_at)
                returning ended_at is null""")
                .param("call", ring.callId())
                .param("platform", wakeUp.call().platform())
                .param("id", wakeUp.call().id())
                .param("pair", wakeUp.pair())
                .param("began", Timestamp.from(wakeUp.beganAt()))
                .param("received", Timestamp.from(ring.receivedAt()))
                .query(Boolean.class)
                .single();
        int written = jdbc.sql("""
                insert into foreign_ring (call_id, user_id, caller_name, call_type, members, received_at, expires_at)
                values (:call, :user, :caller, :type, :members, :received, :expires)
                on conflict do nothing""")
                .param("call", ring.callId())
                .param("user", ring.userId())
                .param("caller", wakeUp.callerName())
                .param("type", wakeUp.video() ? "VIDEO" : "AUDIO")
                .param("members", JSON.writeValueAsString(wakeUp.members()))
                .param("received", Timestamp.from(ring.receivedAt()))
                .param("expires", Timestamp.from(wakeUp.expiresAt()))
                .update();
        return rings && written > 0;
    }

    /// Writes down that a call is over, also one that is not known: its ring may still be on its way.
    ///
    /// @return whether that is new
    boolean end(ForeignCall call, ForeignEnd end, Instant now) {
        return jdbc
                .sql("""
                        insert into foreign_call as known (call_id, platform, foreign_id, received_at, ended_at, ended_how, end_members)
                        values (:call, :platform, :id, :now, :now, :how, :members)
                        on conflict (call_id) do update set ended_at = excluded.ended_at, ended_how = excluded.ended_how,
                                                            end_members = excluded.end_members
                        where known.ended_at is null""")
                .param("call", call.callId())
                .param("platform", call.platform())
                .param("id", call.id())
                .param("now", Timestamp.from(now))
                .param("how", end.how().name())
                .param("members", JSON.writeValueAsString(end.members()))
                .update() > 0;
    }

    /// The rings of these calls, in no order.
    List<ForeignRing> ringsOf(Collection<UUID> callIds) {
        return jdbc
                .sql("""
                        select r.user_id, r.caller_name, r.call_type, r.members, r.received_at, r.expires_at, c.platform, c.foreign_id, c.pair, c.began_at, c.ended_how, c.end_members
                        from foreign_ring r join foreign_call c using (call_id)
                        where r.call_id = any(:calls)""")
                .param("calls", callIds.toArray(UUID[]::new))
                .query(ForeignCalls::ring)
                .list();
    }

    /// The call between two users that began last and no later than `at`, and is not over.
    Optional<ForeignCall> newestBetween(String platform, String pair, Instant at) {
        return jdbc.sql("""
                select foreign_id from foreign_call
                where platform = :platform and pair = :pair and ended_at is null and began_at <= :at
                order by began_at desc limit 1""")
                .param("platform", platform)
                .param("pair", pair)
                .param("at", Timestamp.from(at))
                .query(String.class)
                .optional()
                .map(id -> new ForeignCall(platform, id));
    }

    /// When the platform's requests about a call came.
    Optional<WakeUps.Known> find(ForeignCall call) {
        return jdbc.sql("select received_at, ended_at, ended_how from foreign_call where call_id = :call")
                .param("call", call.callId())
                .query((row, _) -> new WakeUps.Known(call.callId(), row.getTimestamp("received_at").toInstant(),
                        instant(row.getTimestamp("ended_at")), how(row)))
                .optional();
    }

    /// Deletes up to `limit` calls of before `oldest`, with all that is known of their pushes; returns how many went.
    int deleteBefore(Instant oldest, int limit) {
        return jdbc.sql("""
                with gone as (
                    delete from foreign_call where call_id in (
                        select call_id from foreign_call where received_at < :oldest
                        order by received_at limit :limit for update skip locked)
                    returning call_id),
                deliveries as (delete from delivery where call_id in (select call_id from gone)),
                attempts as (delete from delivery_attempt where call_id in (select call_id from gone))
                select count(*) from gone""")
                .param("oldest", Timestamp.from(oldest))
                .param("limit", limit)
                .query(Integer.class)
                .single();
    }

    private static ForeignRing ring(ResultSet row, int number) throws SQLException {
        var wakeUp = new WakeUp(new ForeignCall(row.getString("platform"), row.getString("foreign_id")),
                row.getString("user_id"), row.getString("caller_name"), row.getString("call_type").equals("VIDEO"),
                members(row.getString("members")), row.getTimestamp("began_at").toInstant(),
                row.getTimestamp("expires_at").toInstant(), row.getString("pair"));
        var how = how(row);
        return new ForeignRing(wakeUp, row.getTimestamp("received_at").toInstant(),
                how == null ? null : new ForeignEnd(how, members(row.getString("end_members"))));
    }

    private static ForeignEnd.@Nullable How how(ResultSet row) throws SQLException {
        var word = row.getString("ended_how");
        return word == null ? null : ForeignEnd.How.valueOf(word);
    }

    private static Map<String, String> members(String json) {
        return JSON.readValue(json, MEMBERS);
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
