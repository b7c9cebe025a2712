package dev.ringback.call;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Rooms in which somebody has been. A provider's room holds one session, so none of them is used for another call: whoever
/// finds or takes a kept room passes these by.
@Component
class UsedRooms {
    private final JdbcClient jdbc;

    UsedRooms(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Somebody has been in the room. Nothing is written of a room that is no call's: a provider's account may have others.
    void markUsed(String roomId, Instant now) {
        mark(roomId, now, null);
    }

    /// As [#markUsed], and the provider is to be asked at once whether anybody is still in it.
    void markToCheck(String roomId, Instant now) {
        mark(roomId, now, now);
    }

    /// Leases rooms that are due to be checked to this node: they are due again only after `lease`.
    List<Due> leaseDue(Instant now, Duration lease, int limit) {
        var leasedUntil = now.plus(lease).truncatedTo(ChronoUnit.MILLIS);
        return jdbc.sql("""
                update used_room set checks = checks + 1, check_at = :leasedUntil
                where room_id in (select room_id from used_room where check_at <= :now
                                  order by check_at limit :limit for update skip locked)
                returning room_id, checks""")
                .param("leasedUntil", Timestamp.from(leasedUntil))
                .param("now", Timestamp.from(now))
                .param("limit", limit)
                .query((row, _) -> new Due(row.getString("room_id"), row.getInt("checks"), leasedUntil))
                .list();
    }

    /// The room was looked at. What was heard of it meanwhile stands.
    ///
    /// @param again when to look again, or null when enough is known
    void checked(Due room, @Nullable Instant again) {
        jdbc.sql("""
                update used_room set check_at = cast(:again as timestamptz)
                where room_id = :room and check_at = :leasedUntil""")
                .param("again", again == null ? null : Timestamp.from(again))
                .param("room", room.roomId())
                .param("leasedUntil", Timestamp.from(room.leasedUntil()))
                .update();
    }

    /// Forgets rooms that were first used before that and that no call can get any more; returns how many went.
    int deleteOld(Instant usedBefore, int limit) {
        return jdbc.sql("""
                delete from used_room where room_id in (
                    select room_id from used_room u
                    where used_at < :before and check_at is null
                      and not exists (select from vacant_room v where v.room_id = u.room_id)
                      and not exists (select from call c where c.room_id = u.room_id
                                          and c.state in ('RINGING', 'ACCEPTED'))
                    order by used_at limit :limit for update skip locked)""")
                .param("before", Timestamp.from(usedBefore))
                .param("limit", limit)
                .update();
    }

    private void mark(String roomId, Instant now, @Nullable Instant checkAt) {
        jdbc.sql("""
                insert into used_room (room_id, used_at, check_at)
                select cast(:room as text), cast(:now as timestamptz), cast(:checkAt as timestamptz)
                where exists (select from call where room_id = :room)
                on conflict (room_id) do update set check_at = excluded.check_at, checks = 0
                where excluded.check_at is not null""")
                .param("room", roomId)
                .param("now", Timestamp.from(now))
                .param("checkAt", checkAt == null ? null : Timestamp.from(checkAt))
                .update();
    }

    /// A room to be looked at.
    ///
    /// @param checks how often that was done, this time included
    /// @param leasedUntil until when it is this node's
    record Due(String roomId, int checks, Instant leasedUntil) {}
}
