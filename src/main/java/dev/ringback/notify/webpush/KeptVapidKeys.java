package dev.ringback.notify.webpush;

import dev.ringback.database.KeptKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The pair that the installation made for itself. It is never replaced: browsers are subscribed to it.
final class KeptVapidKeys {
    private static final Logger LOG = LoggerFactory.getLogger(KeptVapidKeys.class);
    private static final String NAME = "web-push";

    private final KeptKeys keys;

    KeptVapidKeys(KeptKeys keys) {
        this.keys = keys;
    }

    /// The kept pair, made now if there is none. Of two nodes that start at once one makes it.
    VapidKeys get() {
        return read(keys.get(NAME, KeptVapidKeys::made));
    }

    private static String made() {
        var made = VapidKeys.generate();
        LOG.info("Web Push: no keys are set; a pair is made and kept in the database");
        return made.publicKey() + "." + made.privateKey();
    }

    private static VapidKeys read(String value) {
        var dot = value.indexOf('.');
        return VapidKeys.of(value.substring(0, Math.max(dot, 0)), value.substring(dot + 1));
    }
}
