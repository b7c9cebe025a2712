package dev.ringback.identity;

import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Base64;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Keys that Ringback makes for itself at its first start and keeps in the database, the same for all nodes.
@Component
class KeptKeys {
    private static final int BYTES = 32;

    private final JdbcClient jdbc;
    private final Clock clock;

    KeptKeys(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// The key of this name: 32 random bytes. Of several nodes that start at the same time the first one's key counts.
    byte[] get(String name) {
        jdbc.sql("insert into kept_key (name, value, created_at) values (:name, :value, :now) on conflict do nothing")
                .param("name", name)
                .param("value", Base64.getEncoder().encodeToString(random()))
                .param("now", Timestamp.from(clock.instant()))
                .update();
        var kept = jdbc.sql("select value from kept_key where name = :name")
                .param("name", name)
                .query(String.class)
                .single();
        return Base64.getDecoder().decode(kept);
    }

    private static byte[] random() {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }
}
