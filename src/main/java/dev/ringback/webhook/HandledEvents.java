package dev.ringback.webhook;

import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Which events of other platforms were handled. Every platform sends some of them twice: when an answer was lost, or to
/// two addresses that are both ours.
@Component
public class HandledEvents {
    /// Platforms try again for seconds or minutes, and none of what they say counts for longer.
    private static final Duration REMEMBERED = Duration.ofDays(1);
    private static final int BATCH = 1_000;

    private final JdbcClient jdbc;
    private final Clock clock;

    HandledEvents(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// Takes the event in the caller's transaction; whoever else gets it at the same time waits for that to end.
    ///
    /// @param source the platform
    /// @param id of whatever length, the same for the same event
    /// @return whether it is to be handled; false when it was
    public boolean take(String source, String id) {
        return jdbc.sql("""
                insert into webhook_event (source, event_id, received_at) values (:source, :id, :now)
                on conflict do nothing""")
                .param("source", source)
                .param("id", HexFormat.of().formatHex(Hmac.digest(id.getBytes(StandardCharsets.UTF_8))))
                .param("now", Timestamp.from(clock.instant()))
                .update() > 0;
    }

    @Scheduled(initialDelay = 120_000, fixedDelay = 600_000)
    void purge() {
        var oldest = clock.instant().minus(REMEMBERED);
        while (deleteBefore(oldest) == BATCH) {
        }
    }

    private int deleteBefore(Instant oldest) {
        return jdbc.sql("""
                delete from webhook_event where ctid in (
                    select ctid from webhook_event where received_at < :oldest order by received_at limit :limit
                    for update skip locked)""")
                .param("oldest", Timestamp.from(oldest))
                .param("limit", BATCH)
                .update();
    }
}
