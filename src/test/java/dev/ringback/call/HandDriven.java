package dev.ringback.call;

import dev.ringback.room.RoomProvider;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.SettableClock;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/// The service on a real PostgreSQL with everything that moves by itself in the test's hand: the clock, the scheduled
/// jobs (they run when the test calls them) and the room provider.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@IntegrationTest
@Import(HandDriven.Parts.class)
@MockitoBean(name = "taskScheduler", types = ThreadPoolTaskScheduler.class)
@interface HandDriven {

    @TestConfiguration(proxyBeanMethods = false)
    class Parts {
        @Bean
        @Primary
        SettableClock settableClock() {
            return new SettableClock();
        }

        @Bean
        @Primary
        RecordingRooms recordingRooms() {
            return new RecordingRooms();
        }

        @Bean
        Bookings bookings(JdbcClient jdbc) {
            return new Bookings(jdbc);
        }

        @Bean
        CommittedEvents committedEvents() {
            return new CommittedEvents();
        }
    }

    /// The rooms that are to be deleted.
    record Bookings(JdbcClient jdbc) {
        boolean has(String roomId) {
            return jdbc.sql("select count(*) from vacant_room where room_id = :room")
                    .param("room", roomId)
                    .query(Integer.class)
                    .single() == 1;
        }
    }

    /// A provider that remembers what was asked of it.
    final class RecordingRooms implements RoomProvider {
        private final Map<String, UUID> rooms = new ConcurrentHashMap<>();
        private final AtomicInteger made = new AtomicInteger();
        private final AtomicInteger tokens = new AtomicInteger();
        private final Map<String, Deletion> deletions = new ConcurrentHashMap<>();
        private final Map<String, Occupancy> occupancies = new ConcurrentHashMap<>();
        private final List<String> deleted = new CopyOnWriteArrayList<>();
        private volatile @Nullable RuntimeException failure;
        private volatile Runnable beforeToken = () -> {};

        @Override
        public String createRoom(UUID callId, String ownerId) {
            failIfToldTo();
            var roomId = "room-" + made.incrementAndGet() + "-" + callId;
            rooms.put(roomId, callId);
            return roomId;
        }

        @Override
        public String issueToken(TokenRequest request) {
            beforeToken.run();
            failIfToldTo();
            return "token-" + tokens.incrementAndGet() + "-" + request.role();
        }

        @Override
        public Deletion deleteRoom(String roomId) {
            failIfToldTo();
            deleted.add(roomId);
            var deletion = deletions.getOrDefault(roomId, Deletion.DELETED);
            if (deletion == Deletion.DELETED) {
                rooms.remove(roomId);
            }
            return deletion;
        }

        @Override
        public List<MadeRoom> listRooms() {
            failIfToldTo();
            return rooms.entrySet().stream().map(room -> new MadeRoom(room.getKey(), room.getValue())).toList();
        }

        @Override
        public Occupancy occupancyOf(String roomId) {
            failIfToldTo();
            return occupancies.getOrDefault(roomId, Occupancy.EMPTY);
        }

        void answerOccupancyOf(String roomId, Occupancy answer) {
            occupancies.put(roomId, answer);
        }

        void failWith(@Nullable RuntimeException nextFailure) {
            failure = nextFailure;
        }

        void beforeToken(Runnable hook) {
            beforeToken = hook;
        }

        void answerDeletionOf(String roomId, Deletion answer) {
            deletions.put(roomId, answer);
        }

        List<String> deleted() {
            return deleted;
        }

        int made() {
            return made.get();
        }

        private void failIfToldTo() {
            var told = failure;
            if (told != null) {
                throw told;
            }
        }
    }

    /// What was published and committed, in order, by call.
    final class CommittedEvents {
        private final Map<UUID, List<CallEvent>> byCall = new ConcurrentHashMap<>();

        @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT, fallbackExecution = true)
        void committed(CallEvent event) {
            byCall.computeIfAbsent(event.call().callId(), _ -> new CopyOnWriteArrayList<>()).add(event);
        }

        List<CallEvent> of(UUID callId) {
            return byCall.getOrDefault(callId, List.of());
        }
    }
}
