package dev.ringback.notify;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ringback.call.Calls;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// How deliveries went lately, on all nodes together, and which were given up: for whoever watches. Nobody decides by it.
///
/// What it costs has a bound, however many deliveries there are.
@Component
public class DeliveryFigures {
    /// Attempts, or deliveries, that are looked at, at most.
    static final int MOST = 20_000;
    /// Ids of calls that other platforms keep have no order in time; between two ids of the same minutes is hardly one.
    static final String RECENT = """
            with recent as materialized (
                select channel, outcome, took_ms from delivery_attempt
                where call_id >= :from and call_id < :to order by call_id desc limit :most)
            select channel, count(*) as sends,
                   count(*) filter (where outcome = 'delivered') as delivered,
                   count(*) filter (where outcome = 'try_later') as try_later,
                   count(*) filter (where outcome = 'dead_token') as dead_token,
                   count(*) filter (where outcome in ('refused', 'unheard')) as refused,
                   percentile_disc(0.5) within group (order by took_ms) as p50,
                   percentile_disc(0.95) within group (order by took_ms) as p95
            from recent group by channel order by channel""";
    static final String GIVEN_UP = """
            with recent as materialized (
                select delivery_id, call_id, user_id, nullif(device_id, '') as device_id, broker, lower(type) as type,
                       state, code, attempts, created_at
                from delivery where delivery_id < :before order by delivery_id desc limit :most),
            looked as (select count(*) as looked,
                              (select delivery_id from recent order by delivery_id limit 1) as last from recent)
            select l.looked, l.last, f.delivery_id, f.call_id, f.user_id, f.device_id, f.broker, f.type, f.code,
                   f.attempts, f.created_at
            from looked l
            left join (select delivery_id, call_id, user_id, device_id, broker, type, code, attempts, created_at
                       from recent where state = 'FAILED' order by delivery_id desc limit :limit) f on true
            order by f.delivery_id desc""";
    /// Later than any delivery.
    private static final UUID END = new UUID(-1L, -1L);

    private final JdbcClient jdbc;

    DeliveryFigures(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// How one channel's, or one broker's, attempts went.
    ///
    /// @param refused refused for good, or taken and heard by nobody
    /// @param p50Ms how long the provider took to answer, in milliseconds: to half of the attempts at most this
    /// @param p95Ms the same to 95 in 100
    public record ChannelFigures(String channel, long sends, long delivered, long tryLater, long deadToken,
            long refused, long p50Ms, long p95Ms) {}

    /// An event that did not reach a device, or a broker, and is not tried again.
    ///
    /// @param deviceId null for a broker
    /// @param broker null for a device
    /// @param code why
    public record GivenUp(UUID deliveryId, UUID callId, String userId, @Nullable String deviceId,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String broker, String type, @Nullable String code,
            int attempts, Instant createdAt) {}

    /// Some of what was given up, newest first.
    ///
    /// @param nextCursor asks for older ones; null when there are none. A page may have few entries, or none, and older ones
    ///        behind it
    public record GivenUpPage(List<GivenUp> deliveries, @Nullable UUID nextCursor) {
        public GivenUpPage {
            deliveries = List.copyOf(deliveries);
        }
    }

    /// How the attempts went for calls of our own that were made in this time, by channel.
    public List<ChannelFigures> channels(Instant from, Instant to) {
        return jdbc.sql(RECENT)
                .param("from", Calls.lowestIdAt(from))
                .param("to", Calls.lowestIdAt(to))
                .param("most", MOST)
                .query((row, _) -> new ChannelFigures(row.getString("channel"), row.getLong("sends"),
                        row.getLong("delivered"), row.getLong("try_later"), row.getLong("dead_token"),
                        row.getLong("refused"), row.getLong("p50"), row.getLong("p95")))
                .list();
    }

    /// What was given up.
    ///
    /// @param before only older ones than this, or null
    public GivenUpPage givenUp(@Nullable UUID before, int limit) {
        var found = new ArrayList<GivenUp>();
        var looked = new AtomicReference<@Nullable UUID>();
        jdbc.sql(GIVEN_UP)
                .param("before", before == null ? END : before)
                .param("most", MOST)
                .param("limit", limit + 1)
                .query(row -> {
                    looked.set(row.getLong("looked") == MOST ? row.getObject("last", UUID.class) : null);
                    if (row.getObject("delivery_id") != null) {
                        found.add(givenUp(row));
                    }
                });
        return found.size() > limit
                ? new GivenUpPage(found.subList(0, limit), found.get(limit - 1).deliveryId())
                : new GivenUpPage(found, looked.get());
    }

    private static GivenUp givenUp(ResultSet row) throws SQLException {
        return new GivenUp(row.getObject("delivery_id", UUID.class), row.getObject("call_id", UUID.class),
                row.getString("user_id"), row.getString("device_id"), row.getString("broker"), row.getString("type"),
                row.getString("code"), row.getInt("attempts"), row.getTimestamp("created_at").toInstant());
    }
}
