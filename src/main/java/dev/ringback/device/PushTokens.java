package dev.ringback.device;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;

/// The table of push tokens, one statement a method.
@Component
class PushTokens {
    private static final Comparator<PushToken> BY_DEVICE = Comparator.comparing(PushToken::userId)
            .thenComparing(PushToken::deviceId)
            .thenComparing(PushToken::platform);

    private static final String COLUMNS = "token_id, user_id, device_id, platform, token, p256dh, auth, app_id, environment, registered_at";

    private final JdbcClient jdbc;

    PushTokens(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Notes that a token is still in use where it is; empty when it is not there.
    Optional<PushToken> renew(NewToken token, Instant now) {
        return withValues(jdbc.sql("""
                update push_token set registered_at = :now, used_at = :now, p256dh = :p256dh, auth = :auth,
                    app_id = coalesce(:appId, app_id), environment = coalesce(:environment, environment)
                where token = :token and user_id = :user and platform = :platform
                  and device_id = coalesce(:device, device_id)
                returning %s""".formatted(COLUMNS)), token, now).query(PushTokens::read).optional();
    }

    /// Waits for everybody else who registers this token, the one that it replaces, or a token for this user, until the
    /// transaction ends. All take these locks in one order, so that two devices which exchange their tokens do not wait for
    /// each other.
    void lock(NewToken token) {
        jdbc.sql("""
                select pg_advisory_xact_lock(hashtextextended(token, 1)) from (
                    select cast(:token as text) as token union
                    select token from push_token
                    where user_id = :user and device_id = :device and platform = :platform
                    order by 1) as tokens""")
                .param("token", token.token())
                .param("user", token.userId())
                .param("device", token.deviceId(), Types.VARCHAR)
                .param("platform", token.platform().word())
                .query(_ -> {});
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:user, 2))")
                .param("user", token.userId())
                .query(_ -> {});
    }

    /// Takes the token away from whoever has it.
    Optional<PushToken> take(String token) {
        return jdbc.sql("delete from push_token where token = :token returning " + COLUMNS)
                .param("token", token)
                .query(PushTokens::read)
                .optional();
    }

    /// Gives the token to a device, in the place of the one of this platform that it had. Nobody else may have it.
    void put(NewToken token, Instant now) {
        withValues(jdbc.sql("""
                insert into push_token (user_id, device_id, platform, token, p256dh, auth, app_id, environment,
                    registered_at, used_at)
                values (:user, :device, :platform, :token, :p256dh, :auth, :appId,
                    coalesce(:environment, 'PRODUCTION'), :now, :now)
                on conflict (user_id, device_id, platform) do update
                    set token = excluded.token, p256dh = excluded.p256dh, auth = excluded.auth,
                        app_id = excluded.app_id, environment = excluded.environment,
                        registered_at = excluded.registered_at, used_at = excluded.used_at"""), token, now).update();
    }

    /// Leaves the user this device and the `others` used last; returns the devices that went.
    Set<String> dropUnused(String userId, String deviceId, int others) {
        return jdbc.sql("""
                delete from push_token where user_id = :user and device_id in (
                    select device_id from push_token where user_id = :user and device_id <> :device
                    group by device_id order by max(used_at) desc, device_id offset :others)
                returning device_id""")
                .param("user", userId)
                .param("device", deviceId)
                .param("others", others)
                .query((row, _) -> row.getString("device_id"))
                .set();
    }

    /// Ordered by user, device and platform.
    List<PushToken> ofUsers(Collection<String> userIds) {
        return jdbc.sql("select " + COLUMNS + " from push_token where user_id = any(:users)")
                .param("users", userIds.toArray(String[]::new))
                .query(PushTokens::read)
                .list()
                .stream()
                .sorted(BY_DEVICE)
                .toList();
    }

    /// Takes the subscription with this endpoint and this secret away from whoever has it.
    Optional<PushToken> takeSubscription(String endpoint, String auth) {
        return jdbc
                .sql("select " + COLUMNS + " from push_token where token = :endpoint and platform = 'web' for update")
                .param("endpoint", endpoint)
                .query(PushTokens::read)
                .optional()
                .filter(known -> hasSecret(known, auth))
                .filter(known -> deleteUnchanged(known, null));
    }

    /// Takes as long for a guess that is almost right as for any other.
    private static boolean hasSecret(PushToken known, String auth) {
        var keys = known.webPushKeys();
        return keys != null && MessageDigest.isEqual(keys.auth().getBytes(StandardCharsets.UTF_8),
                auth.getBytes(StandardCharsets.UTF_8));
    }

    void delete(String token) {
        jdbc.sql("""
                delete from push_token
                where token = :token or (token = lower(:token) and platform in ('ios', 'ios-alert'))""")
                .param("token", token)
                .update();
    }

    void deleteSubscription(String endpoint) {
        jdbc.sql("delete from push_token where token = :endpoint and platform = 'web'")
                .param("endpoint", endpoint)
                .update();
    }

    void deleteDevice(String userId, String deviceId) {
        jdbc.sql("delete from push_token where user_id = :user and device_id = :device")
                .param("user", userId)
                .param("device", deviceId)
                .update();
    }

    /// Deletes the row while it still holds this token of this user, not registered after `deadSince`.
    boolean deleteUnchanged(PushToken token, @Nullable Instant deadSince) {
        return jdbc.sql("""
                delete from push_token where token_id = :id and user_id = :user and token = :token
                  and registered_at <= coalesce(cast(:deadSince as timestamptz), registered_at)""")
                .param("id", token.id())
                .param("user", token.userId())
                .param("token", token.token())
                .param("deadSince", deadSince == null ? null : Timestamp.from(deadSince), Types.TIMESTAMP)
                .update() == 1;
    }

    void setEnvironment(PushToken token, Environment environment) {
        jdbc.sql("""
                update push_token set environment = :environment
                where token_id = :id and token = :token and environment <> :environment""")
                .param("environment", environment.name())
                .param("id", token.id())
                .param("token", token.token())
                .update();
    }

    /// Leaves alone what somebody else is changing just now, and what was marked after `unless`.
    void markUsed(Collection<Devices.Ref> devices, Instant now, Instant unless) {
        jdbc.sql("""
                update push_token set used_at = :now where token_id in (
                    select t.token_id from push_token t
                    join unnest(:users::text[], :devices::text[]) as used (user_id, device_id)
                      on t.user_id = used.user_id and t.device_id = used.device_id
                    where t.used_at < :unless for update of t skip locked)""")
                .param("now", Timestamp.from(now))
                .param("unless", Timestamp.from(unless))
                .param("users", devices.stream().map(Devices.Ref::userId).toArray(String[]::new))
                .param("devices", devices.stream().map(Devices.Ref::deviceId).toArray(String[]::new))
                .update();
    }

    /// Deletes up to `limit` tokens not used since; returns the device of each that went.
    List<Devices.Ref> deleteUnused(Instant since, int limit) {
        return jdbc.sql("""
                delete from push_token where token_id in (
                    select token_id from push_token where used_at < :since limit :limit for update skip locked)
                returning user_id, device_id""")
                .param("since", Timestamp.from(since))
                .param("limit", limit)
                .query((row, _) -> new Devices.Ref(row.getString("user_id"), row.getString("device_id")))
                .list();
    }

    private static StatementSpec withValues(StatementSpec statement, NewToken token, Instant now) {
        var keys = token.webPushKeys();
        var environment = token.environment();
        return statement.param("user", token.userId())
                .param("device", token.deviceId(), Types.VARCHAR)
                .param("platform", token.platform().word())
                .param("token", token.token())
                .param("p256dh", keys == null ? null : keys.p256dh(), Types.VARCHAR)
                .param("auth", keys == null ? null : keys.auth(), Types.VARCHAR)
                .param("appId", token.appId(), Types.VARCHAR)
                .param("environment", environment == null ? null : environment.name(), Types.VARCHAR)
                .param("now", Timestamp.from(now));
    }

    private static PushToken read(ResultSet row, int number) throws SQLException {
        var p256dh = row.getString("p256dh");
        var keys = p256dh == null
                ? null
                : new PushToken.WebPushKeys(p256dh, Objects.requireNonNull(row.getString("auth")));
        return new PushToken(row.getLong("token_id"), row.getString("user_id"), row.getString("device_id"),
                Platform.of(row.getString("platform")), row.getString("token"), keys, row.getString("app_id"),
                Environment.valueOf(row.getString("environment")), row.getTimestamp("registered_at").toInstant());
    }
}
