package dev.ringback.announce;

import dev.ringback.database.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Events that an endpoint has not taken yet, in PostgreSQL.
///
/// Of the events of one call, one at most is due at an endpoint, or in hand. The others wait, without a time, until it is taken
/// or parked. Whoever writes another one locks the one before, and whoever sends a parked one again locks the one that is due,
/// so that either the new one is seen by whoever ends that, or it is seen to be over.
@Component
class Outbox {
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Duration giveUpAfter;

    Outbox(JdbcClient jdbc, TransactionTemplate transaction, AnnounceSettings settings) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.giveUpAfter = settings.giveUpAfter();
    }

    /// Writes events down, inside the transaction in which they happened, in the order of the list.
    void write(List<Message.New> events, Instant now) {
        jdbc.sql("""
                insert into webhook_message (event_id, endpoint, type, call_id, body, created_at, give_up_at, due_at)
                select n.event_id, n.endpoint, n.type, n.call_id, n.body, :now::timestamptz, :giveUpAt,
                       case when earlier.message_id is null
                             and (n.call_id is null
                                  or 1 = row_number() over (partition by n.endpoint, n.call_id order by n.position))
                            then :now::timestamptz end
                from unnest(:events::uuid[], :endpoints, :types, :calls::uuid[], :bodies) with ordinality
                         as n (event_id, endpoint, type, call_id, body, position)
                left join lateral (
                    select m.message_id from webhook_message m
                    where m.endpoint = n.endpoint and m.call_id = n.call_id and m.parked_at is null
                    order by m.message_id desc limit 1 for update) as earlier on true
                order by n.position""")
                .param("events", Columns.of(events, Message.New::eventId))
                .param("endpoints", Columns.of(events, Message.New::endpoint))
                .param("types", Columns.of(events, event -> event.type().word()))
                .param("calls", Columns.of(events, Message.New::callId))
                .param("bodies", Columns.of(events, Message.New::body))
                .param("now", Timestamp.from(now))
                .param("giveUpAt", Timestamp.from(now.plus(giveUpAfter)))
                .update();
    }

    /// Takes what is due at an endpoint in hand: new events, what is tried again, and what a node that died had in hand.
    /// Others pass it by until the lease ends.
    List<Message> claimDue(Endpoint endpoint, Instant now, Instant leaseEnd, int limit) {
        return jdbc.sql("""
                update webhook_message set due_at = :leaseEnd, lease = lease + 1, attempts = attempts + 1
                where message_id in (select message_id from webhook_message
                                     where endpoint = :endpoint and due_at <= :now
                                     order by due_at limit :limit for update skip locked)
                returning message_id, event_id, endpoint, type, call_id, body, attempts, lease, give_up_at""")
                .param("leaseEnd", Timestamp.from(leaseEnd))
                .param("endpoint", endpoint.id())
                .param("now", Timestamp.from(now))
                .param("limit", limit)
                .query(Outbox::message)
                .list();
    }

    /// Forgets an event that was taken; returns whether that made the next one due. Does nothing when another node has taken
    /// it over meanwhile.
    boolean taken(Message message, Instant now) {
        return ended(message, now, jdbc.sql("delete from webhook_message where message_id = :id and lease = :lease"));
    }

    /// Gives an event up, to be looked at by an operator; returns whether that made the next one due.
    boolean park(Message message, String code, Instant now) {
        return ended(message, now, jdbc.sql("""
                update webhook_message set due_at = null, parked_at = :now, code = :code
                where message_id = :id and lease = :lease""").param("now", Timestamp.from(now)).param("code", code));
    }

    /// Puts an event off that was not taken.
    void tryAgain(Message message, String code, Instant dueAt) {
        jdbc.sql("update webhook_message set due_at = :due, code = :code where message_id = :id and lease = :lease")
                .param("due", Timestamp.from(dueAt))
                .param("code", code)
                .param("id", message.id())
                .param("lease", message.lease())
                .update();
    }

    /// Sends a parked event again, behind what of its call is still on its way; returns the id of its endpoint, or empty when
    /// there is no such event.
    Optional<String> resend(long id, Instant now) {
        return transaction.execute(_ -> {
            var found = jdbc.sql("""
                    update webhook_message
                    set parked_at = null, attempts = 0, code = null, give_up_at = :giveUpAt,
                        due_at = case when call_id is null then :now::timestamptz end
                    where message_id = :id and parked_at is not null
                    returning endpoint, call_id""")
                    .param("giveUpAt", Timestamp.from(now.plus(giveUpAfter)))
                    .param("now", Timestamp.from(now))
                    .param("id", id)
                    .query((row, _) -> new Line(row.getString("endpoint"), row.getObject("call_id", UUID.class)))
                    .optional();
            found.ifPresent(line -> join(line.endpoint(), line.callId(), now));
            return found.map(Line::endpoint);
        });
    }

    /// The parked events, the newest first.
    ///
    /// @param before only older ones than this
    List<DeadLetter> parked(long before, int limit) {
        return jdbc.sql("""
                select message_id, event_id, endpoint, body, attempts, code, created_at, parked_at
                from webhook_message where parked_at is not null and message_id < :before
                order by message_id desc limit :limit""")
                .param("before", before)
                .param("limit", limit)
                .query((row, _) -> new DeadLetter(row.getLong("message_id"), row.getObject("event_id", UUID.class),
                        row.getString("endpoint"), row.getString("body"), row.getInt("attempts"),
                        row.getString("code"), row.getTimestamp("created_at").toInstant(),
                        row.getTimestamp("parked_at").toInstant()))
                .list();
    }

    /// Parks up to `limit` events that should have been given up by now and belong to no endpoint of the settings; returns how
    /// many.
    int parkOrphans(Collection<String> endpoints, Instant now, int limit) {
        return jdbc.sql("""
                update webhook_message set due_at = null, parked_at = :now, code = 'endpoint_removed'
                where message_id in (
                    select message_id from webhook_message
                    where parked_at is null and give_up_at <= :now and not endpoint = any(:endpoints)
                    limit :limit for update skip locked)""")
                .param("now", Timestamp.from(now))
                .param("endpoints", endpoints.toArray(String[]::new))
                .param("limit", limit)
                .update();
    }

    /// Forgets up to `limit` events that were parked before; returns how many.
    int deleteParked(Instant before, int limit) {
        return jdbc.sql("""
                delete from webhook_message where message_id in (
                    select message_id from webhook_message where parked_at < :before
                    limit :limit for update skip locked)""")
                .param("before", Timestamp.from(before))
                .param("limit", limit)
                .update();
    }

    /// When the oldest event was written that is due at the endpoint, or in hand.
    Optional<Instant> oldest(Endpoint endpoint) {
        return jdbc.sql("""
                select min(created_at) as oldest from webhook_message
                where endpoint = :endpoint and due_at is not null""")
                .param("endpoint", endpoint.id())
                .query((row, _) -> Optional.ofNullable(row.getTimestamp("oldest")).map(Timestamp::toInstant))
                .single();
    }

    /// @param end ends the event, if it is still in hand
    private boolean ended(Message message, Instant now, JdbcClient.StatementSpec end) {
        return transaction.execute(_ -> {
            int ended = end.param("id", message.id()).param("lease", message.lease()).update();
            return ended > 0 && goOn(message.endpoint(), message.callId(), now);
        });
    }

    /// Makes the next event of a call due, or locks the one that is, whose end then sees what this transaction has written. Goes
    /// round once more when that one was just ending by itself, and another was due by then.
    private void join(String endpoint, @Nullable UUID callId, Instant now) {
        boolean joined = callId == null;
        while (!joined) {
            joined = lockDue(endpoint, callId) || goOn(endpoint, callId, now);
        }
    }

    private boolean lockDue(String endpoint, @Nullable UUID callId) {
        return !jdbc.sql("""
                select message_id from webhook_message
                where endpoint = :endpoint and call_id = :call and parked_at is null and due_at is not null
                for update""").param("endpoint", endpoint).param("call", callId).query(Long.class).list().isEmpty();
    }

    /// Makes the next event of a call due, unless one is. A statement of its own, since one sees only what was committed before
    /// it began: the event that was written while this transaction waited for its writer, too.
    private boolean goOn(String endpoint, @Nullable UUID callId, Instant now) {
        return callId != null && jdbc.sql("""
                update webhook_message set due_at = :now where message_id = (
                    select message_id from webhook_message
                    where endpoint = :endpoint and call_id = :call and parked_at is null
                    order by due_at is null, message_id limit 1) and due_at is null""")
                .param("now", Timestamp.from(now))
                .param("endpoint", endpoint)
                .param("call", callId)
                .update() > 0;
    }

    /// A parked event.
    record DeadLetter(long id, UUID eventId, String endpoint, String body, int attempts, @Nullable String code,
            Instant createdAt, Instant parkedAt) {}

    /// The events of a call for an endpoint.
    private record Line(String endpoint, @Nullable UUID callId) {}

    private static Message message(ResultSet row, int number) throws SQLException {
        return new Message(row.getLong("message_id"), row.getObject("event_id", UUID.class), row.getString("endpoint"),
                row.getString("type"), row.getObject("call_id", UUID.class), row.getString("body"),
                row.getInt("attempts"), row.getInt("lease"), row.getTimestamp("give_up_at").toInstant());
    }
}
