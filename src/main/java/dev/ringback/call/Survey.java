package dev.ringback.call;

import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// What a new call must know about the users it calls: read in one statement, by indexes over living calls only.
@Component
class Survey {
    static final String FIND = """
            select e.call_id, e.user_id, e.accepted, e.calls_back, e.silence, v.room_id,
                   current_setting('transaction_read_only') = 'on' as read_only
            from (select (select room_id from vacant_room
                           where caller_id = :caller and called_ids = cast(:calledIds as text[]) and reusable_until > :now
                             and not exists (select from used_room u where u.room_id = vacant_room.room_id)
                           order by reusable_until desc limit 1) as room_id) v
            left join (
                select c.call_id, c.caller_id as user_id, c.state = 'ACCEPTED' as accepted,
                       c.state = 'RINGING' and exists (select from invitation i where i.call_id = c.call_id
                           and i.user_id = :caller and i.state = 'RINGING' and i.silence is distinct from 'BLOCKED')
                       and not exists (
                           select from invitation i where i.call_id = c.call_id and i.user_id <> :caller) as calls_back,
                       null::text as silence
                  from call c where c.caller_id = any(:calledIds) and c.state in ('RINGING', 'ACCEPTED')
                union all
                select i.call_id, i.user_id, true, false, null
                  from invitation i where i.user_id = any(:calledIds) and i.live and i.state = 'ACCEPTED'
                union all
                select null, b.user_id, false, false, 'BLOCKED'
                  from blocked_user b where b.user_id = any(:calledIds) and b.blocked_id = any(:ringing)
                union all
                select null, d.user_id, false, false, 'DO_NOT_DISTURB'
                  from do_not_disturb d where d.user_id = any(:calledIds) and d.until > :now
            ) e on true""";

    private static final String LOCK_AND_FIND = "select pg_advisory_xact_lock(hashtextextended(:pair, 0)); " + FIND;
    /// No user id holds a control character, so two pairs never share a key by the way they are joined.
    private static final char SEPARATOR = '\u001f';

    private static final Duration STANDBY_RETRY = Duration.ofSeconds(1);

    private final JdbcClient jdbc;
    private final NamedParameterJdbcOperations named;

    Survey(JdbcClient jdbc, NamedParameterJdbcOperations named) {
        this.jdbc = jdbc;
        this.named = named;
    }

    /// Looks at the called users' living calls, blocks and times of rest, and for a room that the same caller may have again.
    Findings look(String callerId, List<String> calledIds, Instant now) {
        var findings = new Findings();
        jdbc.sql(FIND)
                .param("caller", callerId)
                .param("calledIds", calledIds.toArray(String[]::new))
                .param("ringing", new String[]{callerId})
                .param("now", Timestamp.from(now))
                .query(findings::add);
        return findings;
    }

    /// As [#look], in one round trip with the lock that keeps everybody else from placing a call between the two users until
    /// the transaction ends. By itself within it: what whoever had the lock has written is seen by the next statement only.
    Findings lookAlone(String callerId, String calledId, Instant now) {
        return Objects.requireNonNull(named.execute(LOCK_AND_FIND,
                new MapSqlParameterSource("pair", pair(callerId, calledId))
                        .addValue("caller", callerId)
                        .addValue("calledIds", new String[]{calledId})
                        .addValue("ringing", new String[]{callerId})
                        .addValue("now", Timestamp.from(now)),
                statement -> {
                    var findings = new Findings();
                    statement.execute();
                    statement.getMoreResults();
                    try (var rows = statement.getResultSet()) {
                        while (rows.next()) {
                            findings.add(rows);
                        }
                    }
                    return findings;
                }));
    }

    private static String pair(String one, String other) {
        return one.compareTo(other) < 0 ? one + SEPARATOR + other : other + SEPARATOR + one;
    }

    /// How these users receive it that `byUserId` rings them in this call.
    Reception reception(Call call, String byUserId, List<String> userIds, Instant now) {
        var findings = new Findings();
        findings.except = call.id();
        jdbc.sql(FIND)
                .param("caller", "")
                .param("calledIds", userIds.toArray(String[]::new))
                .param("ringing", new String[]{call.row().callerId(), byUserId})
                .param("now", Timestamp.from(now))
                .query(findings::add);
        return findings.reception();
    }

    /// What was found.
    static final class Findings {
        private final Set<String> busy = new HashSet<>();
        private final Map<String, Silence> silenced = new HashMap<>();
        private final List<UUID> callsBack = new ArrayList<>();
        private @Nullable String vacantRoom;
        private @Nullable UUID except;

        /// A standby, as after a failover, would let a room be made for a call that it then does not take.
        private void add(ResultSet row) throws SQLException {
            if (row.getBoolean("read_only")) {
                throw new ProblemException(ProblemCode.UNAVAILABLE).retryAfter(STANDBY_RETRY);
            }
            vacantRoom = row.getString("room_id");
            var silence = row.getString("silence");
            if (silence != null) {
                // who has blocked the caller does not miss the call either
                silenced.merge(row.getString("user_id"), Silence.valueOf(silence),
                        (one, other) -> one == Silence.BLOCKED ? one : other);
                return;
            }
            var callId = row.getObject("call_id", UUID.class);
            if (callId == null || callId.equals(except)) {
                return;
            }
            if (row.getBoolean("accepted")) {
                busy.add(row.getString("user_id"));
            }
            if (row.getBoolean("calls_back")) {
                callsBack.add(callId);
            }
        }

        /// Which called users are in an accepted call, and which hear nothing of this one.
        Reception reception() {
            return new Reception(busy, silenced);
        }

        /// The room of the same caller's last try, if it is still kept.
        Optional<String> vacantRoom() {
            return Optional.ofNullable(vacantRoom);
        }

        /// A ringing 1:1 call by the called user to the caller.
        Optional<UUID> callBack() {
            return callsBack.stream().findFirst();
        }
    }
}
