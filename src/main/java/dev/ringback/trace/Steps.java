package dev.ringback.trace;

import dev.ringback.database.Columns;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// The steps of calls in PostgreSQL.
@Component
class Steps {
    private final JdbcClient jdbc;

    Steps(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// The steps of a call, in order.
    List<Step> of(UUID callId) {
        return jdbc.sql(
                "select at, step, user_id, device_id, detail, took_ms from call_step where call_id = :call order by at")
                .param("call", callId)
                .query((row, _) -> new Step(callId, row.getTimestamp("at").toInstant(), row.getString("step"),
                        row.getString("user_id"), row.getString("device_id"), row.getString("detail"),
                        row.getObject("took_ms", Integer.class)))
                .list();
    }

    /// Writes many in one statement.
    void write(List<Step> steps) {
        jdbc.sql("""
                insert into call_step (call_id, at, step, user_id, device_id, detail, took_ms)
                select * from unnest(:calls::uuid[], :times::timestamptz[], :steps, :users, :devices, :details,
                                     :took::integer[])""")
                .param("calls", Columns.of(steps, Step::callId))
                .param("times", Columns.of(steps, Step::at))
                .param("steps", Columns.of(steps, Step::step))
                .param("users", Columns.of(steps, Step::userId))
                .param("devices", Columns.of(steps, Step::deviceId))
                .param("details", Columns.of(steps, Step::detail))
                .param("took", Columns.of(steps, Step::tookMs))
                .update();
    }

    /// Deletes up to `limit` steps of calls with ids below `oldestKept`; returns how many went.
    int deleteBefore(UUID oldestKept, int limit) {
        return jdbc.sql("""
                delete from call_step where ctid in (
                    select ctid from call_step where call_id < :oldest order by call_id limit :limit)""")
                .param("oldest", oldestKept)
                .param("limit", limit)
                .update();
    }
}
