package dev.ringback.call;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Rooms at the provider that no living call uses. Each is either taken by a call, as a re-dial does, or deleted, never both: the
/// row is the right to do so.
@Component
class VacantRooms {
    private final JdbcClient jdbc;

    VacantRooms(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Gives up those of the rooms that belong to no call, living or finished, and are not vacant already. One statement,
    /// so that a room which moves from a call to here or back meanwhile is seen in one of the two places.
    ///
    /// @return the rooms that were given up
    List<String> giveUpUnknown(List<String> roomIds, Instant deleteAt) {
        return jdbc.sql("""
                insert into vacant_room (room_id, delete_at)
                select distinct listed.room_id, cast(:deleteAt as timestamptz)
                from unnest(:rooms) as listed (room_id)
                where not exists (select from call c where c.room_id = listed.room_id)
                  and not exists (select from vacant_room v where v.room_id = listed.room_id)
                on conflict (room_id) do nothing
                returning room_id""")
                .param("rooms", roomIds.toArray(String[]::new))
                .param("deleteAt", Timestamp.from(deleteAt))
                .query((row, _) -> row.getString("room_id"))
                .list();
    }

    /// Takes a kept room; false when somebody was faster, or has been in it.
    boolean take(String roomId, Instant now) {
        return jdbc.sql("""
                delete from vacant_room where room_id = :room and reusable_until > :now
                  and not exists (select from used_room u where u.room_id = vacant_room.room_id)""")
                .param("room", roomId)
                .param("now", Timestamp.from(now))
                .update() == 1;
    }

    /// Books rooms for deletion at that time, unless they are taken before.
    void keep(List<String> roomIds, Instant deleteAt) {
        jdbc.sql("""
                insert into vacant_room (room_id, delete_at)
                select room_id, cast(:deleteAt as timestamptz) from unnest(:rooms) as made (room_id)
                on conflict (room_id) do nothing""")
                .param("rooms", roomIds.toArray(String[]::new))
                .param("deleteAt", Timestamp.from(deleteAt))
                .update();
    }

    /// Takes a booked room; false when somebody was faster, or its deletion has begun.
    boolean takeUntried(String roomId) {
        return jdbc.sql("delete from vacant_room where room_id = :room and attempts = 0")
                .param("room", roomId)
                .update() == 1;
    }

    /// Leases rooms that are due for deletion to this node: they are due again only after `lease`.
    List<Doomed> leaseDue(Instant now, Duration lease, int limit) {
        return jdbc.sql("""
                update vacant_room set attempts = attempts + 1, delete_at = :leasedUntil
                where room_id in (select room_id from vacant_room where delete_at <= :now
                                  order by delete_at limit :limit for update skip locked)
                returning room_id, attempts""")
                .param("leasedUntil", Timestamp.from(now.plus(lease)))
                .param("now", Timestamp.from(now))
                .param("limit", limit)
                .query((row, _) -> new Doomed(row.getString("room_id"), row.getInt("attempts")))
                .list();
    }

    void tryAgainAt(String roomId, Instant when) {
        jdbc.sql("update vacant_room set delete_at = :when where room_id = :room")
                .param("room", roomId)
                .param("when", Timestamp.from(when))
                .update();
    }

    void forget(List<String> roomIds) {
        jdbc.sql("delete from vacant_room where room_id = any(:rooms)")
                .param("rooms", roomIds.toArray(String[]::new))
                .update();
    }

    /// A room to be deleted.
    ///
    /// @param attempts how often it was tried, this time included
    record Doomed(String roomId, int attempts) {}
}
