package dev.ringback.call;

import dev.ringback.database.KeptKeys;
import dev.ringback.room.Installation;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The installation's id, made at its first start and kept in its database.
///
/// It holds for this very database: one that was restored elsewhere from a backup gets an id of its own, or staging, filled
/// with production's data, would take the rooms of production's next calls for its own and find that no call uses them.
/// The price is small: after a move to another server, rooms that were orphans before it stay.
final class KeptInstallation {
    private static final int ID_BYTES = 6;

    private final KeptKeys keys;
    private final JdbcClient jdbc;

    KeptInstallation(KeptKeys keys, JdbcClient jdbc) {
        this.keys = keys;
        this.jdbc = jdbc;
    }

    Installation get() {
        return new Installation(keys.get("installation@" + thisDatabase(), KeptInstallation::random));
    }

    private String thisDatabase() {
        return jdbc.sql("""
                select system_identifier || '-' || (select oid from pg_database where datname = current_database())
                from pg_control_system()""").query(String.class).single();
    }

    private static String random() {
        var bytes = new byte[ID_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
