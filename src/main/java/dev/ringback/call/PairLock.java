package dev.ringback.call;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Serialises what two users start with each other, on all nodes, until the transaction ends.
@Component
class PairLock {
    /// No user id holds a control character, so two pairs never share a key by the way they are joined.
    private static final char SEPARATOR = '\u001f';

    private final JdbcClient jdbc;

    PairLock(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void lock(String one, String other) {
        var pair = one.compareTo(other) < 0 ? one + SEPARATOR + other : other + SEPARATOR + one;
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:pair, 0))").param("pair", pair).query(_ -> {});
    }
}
