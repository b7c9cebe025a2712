package dev.ringback.database;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Keys that Ringback makes for itself at its first start and keeps, so that all nodes and all later starts have the
/// same ones. They are never replaced: what was signed with them is out in the world.
@Component
public class KeptKeys {
    private final JdbcClient jdbc;
    private final Clock clock;

    public KeptKeys(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// The key of this name as text. Of several nodes that start at the same time the first one's key counts.
    ///
    /// @param make makes one, where there is none yet
    public String get(String name, Supplier<String> make) {
        var kept = jdbc.sql("select value from kept_key where name = :name")
                .param("name", name)
                .query(String.class)
                .optional();
        return kept.orElseGet(() -> made(name, make.get()));
    }

    private String made(String name, String key) {
        jdbc.sql("insert into kept_key (name, value, created_at) values (:name, :value, :now) on conflict do nothing")
                .param("name", name)
                .param("value", key)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        return jdbc.sql("select value from kept_key where name = :name")
                .param("name", name)
                .query(String.class)
                .single();
    }
}
