package dev.ringback.call;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// How many calls there are and how they went lately, on all nodes together: for whoever watches. Nobody decides by it.
///
/// What it costs has a bound, however many calls there are: the newest are read, by the order of their ids.
@Component
public class CallFigures {
    /// Calls that are looked at, at most.
    static final int MOST_CALLS = 20_000;
    static final String RECENT = """
            with recent as materialized (
                select call_id, state, reason, created_at, answered_at from call
                where call_id >= :from and call_id < :to order by call_id desc limit :most)
            select floor(extract(epoch from r.created_at) / :seconds) * :seconds as at,
                   count(*) as placed,
                   count(*) filter (where r.state = 'RINGING') as ringing,
                   count(*) filter (where r.answered_at is not null) as answered,
                   count(*) filter (where r.state = 'REJECTED') as declined,
                   count(*) filter (where r.reason = 'CALLER') as given_up,
                   count(*) filter (where r.reason = 'TIMEOUT') as unanswered,
                   count(*) filter (where r.reason = 'UNREACHABLE') as unreachable,
                   percentile_disc(0.5) within group (order by rang.after) as ring_p50,
                   percentile_disc(0.95) within group (order by rang.after) as ring_p95,
                   percentile_disc(0.5) within group (order by answer.after) as answer_p50,
                   percentile_disc(0.95) within group (order by answer.after) as answer_p95
            from recent r
            cross join lateral (select extract(epoch from r.answered_at - r.created_at) * 1000 as after) as answer
            left join lateral (select extract(epoch from min(i.ringing_at) - r.created_at) * 1000 as after
                               from invitation i where i.call_id = r.call_id) as rang on true
            group by 1 order by 1""";
    /// The small index of living calls answers it.
    static final String LIVE = """
            select state, count(*) as calls from call where state in ('RINGING', 'ACCEPTED') group by state""";

    private final JdbcClient jdbc;

    CallFigures(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// The calls that were placed in one span of time, by what had become of them when they were counted.
    ///
    /// @param at when the span began
    /// @param givenUp cancelled by the caller
    /// @param ringP50Ms from when a call began to ring until a first device said so, in milliseconds: of half of the calls at
    ///        most this; null when none rang
    /// @param ringP95Ms the same of 95 in 100
    /// @param answerP50Ms until the first accept
    public record Span(Instant at, long placed, long ringing, long answered, long declined, long givenUp,
            long unanswered, long unreachable, @Nullable Long ringP50Ms, @Nullable Long ringP95Ms,
            @Nullable Long answerP50Ms, @Nullable Long answerP95Ms) {}

    /// The spans in which calls were placed, in order.
    ///
    /// @param whole false where there were more calls than are looked at: then the earlier spans are missing
    public record Spans(List<Span> spans, boolean whole) {
        public Spans {
            spans = List.copyOf(spans);
        }
    }

    /// How the calls went that were made in this time.
    ///
    /// @param span how long each is, in whole seconds
    public Spans spans(Instant from, Instant to, Duration span) {
        var spans = jdbc.sql(RECENT)
                .param("from", Calls.lowestIdAt(from))
                .param("to", Calls.lowestIdAt(to))
                .param("most", MOST_CALLS)
                .param("seconds", span.toSeconds())
                .query(CallFigures::span)
                .list();
        boolean whole = spans.stream().mapToLong(Span::placed).sum() < MOST_CALLS;
        // of the earliest one a part is missing then
        return new Spans(whole || spans.size() == 1 ? spans : spans.subList(1, spans.size()), whole);
    }

    /// How many calls ring, and how many are accepted and not over.
    public Map<CallState, Long> live() {
        var live = new EnumMap<CallState, Long>(Map.of(CallState.RINGING, 0L, CallState.ACCEPTED, 0L));
        jdbc.sql(LIVE).query(row -> {
            live.put(CallState.valueOf(row.getString("state")), row.getLong("calls"));
        });
        return live;
    }

    private static Span span(ResultSet row, int number) throws SQLException {
        return new Span(Instant.ofEpochSecond(row.getLong("at")), row.getLong("placed"), row.getLong("ringing"),
                row.getLong("answered"), row.getLong("declined"), row.getLong("given_up"), row.getLong("unanswered"),
                row.getLong("unreachable"), ms(row, "ring_p50"), ms(row, "ring_p95"), ms(row, "answer_p50"),
                ms(row, "answer_p95"));
    }

    private static @Nullable Long ms(ResultSet row, String column) throws SQLException {
        var ms = row.getBigDecimal(column);
        return ms == null ? null : Math.max(0, ms.longValue());
    }
}
