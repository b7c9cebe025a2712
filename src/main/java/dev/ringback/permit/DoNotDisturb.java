package dev.ringback.permit;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Until when each user's devices are to be left alone, in PostgreSQL.
@Component
class DoNotDisturb {
    private final JdbcClient jdbc;
    private final Clock clock;

    DoNotDisturb(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// Leaves the user alone until then; a moment that is over ends it now.
    void set(String userId, Instant until) {
        if (!until.isAfter(clock.instant())) {
            end(userId);
            return;
        }
        jdbc.sql("""
                insert into do_not_disturb (user_id, until) values (:user, :until)
                on conflict (user_id) do update set until = excluded.until""")
                .param("user", userId)
                .param("until", Timestamp.from(until))
                .update();
    }

    void end(String userId) {
        jdbc.sql("delete from do_not_disturb where user_id = :user").param("user", userId).update();
    }

    /// Until when the user is left alone, or empty when that is over or was never so.
    Optional<Instant> of(String userId) {
        return jdbc.sql("select until from do_not_disturb where user_id = :user and until > :now")
                .param("user", userId)
                .param("now", Timestamp.from(clock.instant()))
                .query((row, _) -> row.getTimestamp("until").toInstant())
                .optional();
    }
}
