package dev.ringback.identity;

import dev.ringback.database.KeptKeys;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/// The keys of one installation, without a database.
final class HeldKeys extends KeptKeys {
    private final Map<String, String> keys = new HashMap<>();

    HeldKeys() {
        super(JdbcClient.create(new DriverManagerDataSource()), Clock.systemUTC());
    }

    @Override
    public String get(String name, Supplier<String> make) {
        return keys.computeIfAbsent(name, _ -> make.get());
    }

    Set<String> names() {
        return keys.keySet();
    }
}
