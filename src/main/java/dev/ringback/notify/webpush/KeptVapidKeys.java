package dev.ringback.notify.webpush;

import java.sql.Timestamp;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The pair that the installation made for itself, in the database, so that all nodes and all later starts have the same
/// one. It is never replaced: browsers are subscribed to it.
final class KeptVapidKeys {
    private static final Logger LOG = LoggerFactory.getLogger(KeptVapidKeys.class);
    private static final String NAME = "web-push";
    private static final String SELECT = "select value from kept_key where name = ?";
    private static final String INSERT = "insert into kept_key (name, value, created_at) values (?, ?, ?) on conflict do nothing";

    private final JdbcClient jdbc;
    private final Clock clock;

    KeptVapidKeys(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// The kept pair, made now if there is none. Of two nodes that start at once one makes it.
    VapidKeys get() {
        var kept = jdbc.sql(SELECT).param(NAME).query(String.class).optional();
        return kept.map(KeptVapidKeys::read).orElseGet(this::make);
    }

    private VapidKeys make() {
        var made = VapidKeys.generate();
        var inserted = jdbc.sql(INSERT)
                .params(NAME, written(made), Timestamp.from(clock.instant()))
                .update();
        if (inserted == 1) {
            LOG.info("Web Push: a key pair was made and is kept in the database; its public key is {}",
                    made.publicKey());
            return made;
        }
        return read(jdbc.sql(SELECT).param(NAME).query(String.class).single());
    }

    private static String written(VapidKeys keys) {
        return keys.publicKey() + "." + keys.privateKey();
    }

    private static VapidKeys read(String value) {
        var dot = value.indexOf('.');
        return VapidKeys.of(value.substring(0, Math.max(dot, 0)), value.substring(dot + 1));
    }
}
