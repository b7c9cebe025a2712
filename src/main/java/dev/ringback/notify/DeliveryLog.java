package dev.ringback.notify;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ringback.database.Columns;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// What was sent to whose device and what the provider said: for the ring trace. Nobody decides by it.
@Component
public class DeliveryLog {
    private final JdbcClient jdbc;

    DeliveryLog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// One event to one device.
    ///
    /// @param deviceId null for a broker
    /// @param broker the broker in whose user's place it was to go, or null for a device
    /// @param state `waiting`, `sending`, `sent`, `failed` or `dropped`
    /// @param code why it is in this state, where that needs saying
    /// @param acknowledgedAt when the device said that it rings, or its app was told so
    /// @param wokeAt when the device's app first connected, or asked what rings, while its ring was on
    public record Entry(UUID deliveryId, String userId, @Nullable String deviceId,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String broker, String type, String state,
            @Nullable String code, Instant createdAt, @Nullable Instant acknowledgedAt, @Nullable Instant wokeAt) {}

    /// One attempt at a delivery.
    ///
    /// @param token its last characters; empty at a broker
    /// @param outcome `delivered`, `dead_token`, `refused` or `try_later`
    /// @param code the provider's word, where it was not taken
    /// @param providerId the provider's own name for it
    /// @param tookMs until the provider answered, in milliseconds
    public record Try(UUID deliveryId, Instant at, String channel, String platform, String token, String outcome,
            @Nullable String code, @Nullable String providerId, boolean tokenRemoved, int tookMs) {}

    /// The deliveries of a call, in the order in which they were planned.
    public List<Entry> deliveriesOf(UUID callId) {
        return jdbc
                .sql("""
                        select delivery_id, user_id, nullif(device_id, '') as device_id, broker, lower(type) as type, lower(state) as state, code, created_at,
                               acknowledged_at, woke_at
                        from delivery where call_id = :call order by created_at, delivery_id""")
                .param("call", callId)
                .query((row, _) -> new Entry(row.getObject("delivery_id", UUID.class), row.getString("user_id"),
                        row.getString("device_id"), row.getString("broker"), row.getString("type"),
                        row.getString("state"),
                        row.getString("code"), row.getTimestamp("created_at").toInstant(),
                        instant(row.getTimestamp("acknowledged_at")), instant(row.getTimestamp("woke_at"))))
                .list();
    }

    /// All attempts of a call, in order.
    public List<Try> triesOf(UUID callId) {
        return jdbc
                .sql("""
                        select delivery_id, at, channel, platform, token_tail, outcome, code, provider_id, token_removed, took_ms
                        from delivery_attempt where call_id = :call order by at""")
                .param("call", callId)
                .query((row, _) -> new Try(row.getObject("delivery_id", UUID.class),
                        row.getTimestamp("at").toInstant(), row.getString("channel"), row.getString("platform"),
                        row.getString("token_tail"), row.getString("outcome"), row.getString("code"),
                        row.getString("provider_id"), row.getBoolean("token_removed"), row.getInt("took_ms")))
                .list();
    }

    /// Deletes up to `limit` attempts of calls of our own with ids below `oldestKept`; returns how many went.
    public int deleteBefore(UUID oldestKept, int limit) {
        return jdbc
                .sql("""
                        delete from delivery_attempt where ctid in (
                            select ctid from delivery_attempt
                            where call_id < :oldest and substring(call_id::text from 15 for 1) = '7' order by call_id limit :limit)""")
                .param("oldest", oldestKept)
                .param("limit", limit)
                .update();
    }

    void write(List<Logged> attempts) {
        jdbc.sql("""
                insert into delivery_attempt (call_id, delivery_id, at, channel, platform, token_tail, outcome, code,
                                              provider_id, token_removed, took_ms)
                select * from unnest(:calls::uuid[], :deliveries::uuid[], :times::timestamptz[], :channels, :platforms,
                                     :tails, :outcomes, :codes, :providerIds, :removed::boolean[], :took::integer[])""")
                .param("calls", Columns.of(attempts, e -> e.delivery().callId()))
                .param("deliveries", Columns.of(attempts, e -> e.delivery().id()))
                .param("times", Columns.of(attempts, e -> e.attempt().at()))
                .param("channels", Columns.of(attempts, e -> e.attempt().channel()))
                .param("platforms", Columns.of(attempts, e -> e.attempt().to().platform()))
                .param("tails", Columns.of(attempts, e -> e.attempt().to().tail()))
                .param("outcomes", Columns.of(attempts, e -> Lane.word(e.attempt().outcome())))
                .param("codes", Columns.of(attempts, e -> code(e.attempt().outcome())))
                .param("providerIds", Columns.of(attempts, e -> providerId(e.attempt().outcome())))
                .param("removed", Columns.of(attempts, Logged::tokenRemoved))
                .param("took", Columns.of(attempts, e -> e.attempt().took().toMillis()))
                .update();
    }

    /// An attempt as it is written down.
    record Logged(Delivery delivery, Attempt attempt, boolean tokenRemoved) {}

    static @Nullable String code(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered _ -> null;
            case Outcome.DeadToken(var code, _) -> code;
            case Outcome.Refused(var code) -> code;
            case Outcome.Unheard(var code) -> code;
            case Outcome.TryLater(var code, _) -> code;
        };
    }

    static @Nullable String providerId(Outcome outcome) {
        return outcome instanceof Outcome.Delivered(var providerId) ? providerId : null;
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
