package dev.ringback.call;

import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Remembers for 24 h which call an `Idempotency-Key` of a caller stands for.
@Component
class IdempotencyKeys {
    static final Duration LIFE = Duration.ofHours(24);

    private final JdbcClient jdbc;

    IdempotencyKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// The call that the key stands for, or empty when it is new.
    ///
    /// @throws ProblemException `idempotency_mismatch` when it was used for another request
    Optional<UUID> find(Key key, Instant now) {
        return jdbc.sql("""
                select call_id, request_hash from idempotency_key
                where caller_id = :caller and key = :key and created_at > :oldest""")
                .param("caller", key.callerId())
                .param("key", key.value())
                .param("oldest", Timestamp.from(now.minus(LIFE)))
                .query(Known.class)
                .optional()
                .map(known -> known.checkedAgainst(key));
    }

    /// Claims the key for a call. Waits while another transaction claims the same one; false when it was taken.
    boolean claim(Key key, UUID callId, Instant now) {
        return jdbc
                .sql("""
                        insert into idempotency_key (caller_id, key, request_hash, call_id, created_at)
                        values (:caller, :key, :hash, :call, :now)
                        on conflict (caller_id, key) do update
                            set request_hash = excluded.request_hash, call_id = excluded.call_id, created_at = excluded.created_at
                            where idempotency_key.created_at <= :oldest""")
                .param("caller", key.callerId())
                .param("key", key.value())
                .param("hash", key.requestHash())
                .param("call", callId)
                .param("now", Timestamp.from(now))
                .param("oldest", Timestamp.from(now.minus(LIFE)))
                .update() == 1;
    }

    /// The key stands for another call after all.
    void pointTo(Key key, UUID callId) {
        jdbc.sql("update idempotency_key set call_id = :call where caller_id = :caller and key = :key")
                .param("call", callId)
                .param("caller", key.callerId())
                .param("key", key.value())
                .update();
    }

    /// The claim of this transaction is taken back.
    void release(Key key) {
        jdbc.sql("delete from idempotency_key where caller_id = :caller and key = :key")
                .param("caller", key.callerId())
                .param("key", key.value())
                .update();
    }

    /// Deletes up to `limit` keys that are too old to count; returns how many went.
    int deleteOld(Instant now, int limit) {
        return jdbc.sql("""
                delete from idempotency_key where (caller_id, key) in (
                    select caller_id, key from idempotency_key where created_at <= :oldest
                    order by created_at limit :limit for update skip locked)""")
                .param("oldest", Timestamp.from(now.minus(LIFE)))
                .param("limit", limit)
                .update();
    }

    /// A caller's key and a digest of the request it came with.
    record Key(String callerId, String value, String requestHash) {}

    private record Known(UUID callId, String requestHash) {
        UUID checkedAgainst(Key key) {
            if (!requestHash.equals(key.requestHash())) {
                throw new ProblemException(ProblemCode.IDEMPOTENCY_MISMATCH);
            }
            return callId;
        }
    }
}
