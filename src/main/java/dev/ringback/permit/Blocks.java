package dev.ringback.permit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Whom each user has blocked, in PostgreSQL.
@Component
class Blocks {
    static final int MAX_OF_A_USER = 1_000;

    private final JdbcClient jdbc;
    private final Clock clock;

    Blocks(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// A blocked user.
    record Block(String userId, Instant blockedAt) {}

    /// Blocks a user, if that is not done already; false when `userId` has blocked as many as may be.
    @Transactional
    boolean add(String userId, String blockedId) {
        // one at a time for each user, or several at once would come to more than the limit
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('blocks of ' || :user, 0))")
                .param("user", userId)
                .query(_ -> {});
        int added = jdbc.sql("""
                insert into blocked_user (user_id, blocked_id, blocked_at)
                select :user, :blocked, :now
                 where (select count(*) from blocked_user where user_id = :user) < :max
                on conflict do nothing""")
                .param("user", userId)
                .param("blocked", blockedId)
                .param("now", Timestamp.from(clock.instant()))
                .param("max", MAX_OF_A_USER)
                .update();
        return added == 1 || find(userId, blockedId).isPresent();
    }

    void remove(String userId, String blockedId) {
        jdbc.sql("delete from blocked_user where user_id = :user and blocked_id = :blocked")
                .param("user", userId)
                .param("blocked", blockedId)
                .update();
    }

    Optional<Block> find(String userId, String blockedId) {
        return jdbc
                .sql("select blocked_id, blocked_at from blocked_user where user_id = :user and blocked_id = :blocked")
                .param("user", userId)
                .param("blocked", blockedId)
                .query(Blocks::block)
                .optional();
    }

    /// Those whom `userId` has blocked, the last one first.
    List<Block> of(String userId) {
        return jdbc.sql("""
                select blocked_id, blocked_at from blocked_user where user_id = :user
                order by blocked_at desc, blocked_id""")
                .param("user", userId)
                .query(Blocks::block)
                .list();
    }

    private static Block block(ResultSet row, int number) throws SQLException {
        return new Block(row.getString("blocked_id"), row.getTimestamp("blocked_at").toInstant());
    }
}
