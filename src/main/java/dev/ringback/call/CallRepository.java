package dev.ringback.call;

import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// The calls in PostgreSQL. A call is always read with its invitations, in one statement.
interface CallRepository extends Repository<Call, UUID> {

    Call save(Call call);

    /// Writes what was changed now, so that a lost race shows here and not at the commit.
    ///
    /// @throws org.springframework.dao.OptimisticLockingFailureException when somebody else was faster
    void flush();

    @Query("select c from Call c join fetch c.invitations where c.id = :id")
    Optional<Call> find(UUID id);

    /// As [#find], and nobody else changes the call until the transaction ends.
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select c from Call c join fetch c.invitations where c.id = :id")
    Optional<Call> findForChange(UUID id);

    @Query("select c from Call c join fetch c.invitations where c.id in :ids")
    List<Call> findAll(Collection<UUID> ids);

    /// The newest call in a room: a re-dial uses the room of an earlier call again.
    @Query("select c.id from Call c where c.roomId = :roomId order by c.id desc limit 1")
    Optional<UUID> newestInRoom(String roomId);

    @Query(nativeQuery = true, value = """
            select call_id from call where caller_id = :userId and state in ('RINGING', 'ACCEPTED')
            union all
            select call_id from invitation where user_id = :userId and live
            order by call_id desc limit :limit""")
    List<UUID> liveOf(String userId, int limit);

    /// Locks the calls that are due, but for those that another node has locked already.
    @Query(nativeQuery = true, value = """
            select call_id from call where due_at <= :now order by due_at limit :limit for update skip locked""")
    List<UUID> lockDue(Instant now, int limit);

    @Query(nativeQuery = true, value = """
            (select call_id from call
              where caller_id = :userId and call_id < :before and (:state is null or state = :state)
              order by call_id desc limit :limit)
            union all
            (select i.call_id from invitation i join call c on c.call_id = i.call_id
              where i.user_id = :userId and i.call_id < :before and (:state is null or c.state = :state)
              order by i.call_id desc limit :limit)
            order by call_id desc limit :limit""")
    List<UUID> history(String userId, UUID before, @Nullable String state, int limit);

    /// Deletes finished calls made before `before`, which is the lowest id of that moment: the ids are ordered by time,
    /// so the primary key finds the oldest ones.
    @Modifying
    @Query(nativeQuery = true, value = """
            delete from call where call_id in (
                select call_id from call where call_id < :before and state not in ('RINGING', 'ACCEPTED')
                order by call_id limit :limit for update skip locked)""")
    int deleteOldest(UUID before, int limit);
}
