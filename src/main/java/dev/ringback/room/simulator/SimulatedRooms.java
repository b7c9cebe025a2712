package dev.ringback.room.simulator;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// The simulator's rooms, the newest 100,000 of them.
///
/// A room that is not remembered, but whose id is one of the simulator's, counts as there: rooms live in the process
/// and calls in the database, so after a restart of the demo its calls still have rooms.
final class SimulatedRooms {
    private static final int CAPACITY = 100_000;

    /// What a list of them holds at most, so that it is no longer than a client reads.
    private static final int LISTED = 10_000;

    /// EnableX's ids are 24 hexadecimal digits too; this beginning tells where one is from.
    private static final String PREFIX = "51a7ed00";

    private static final Pattern ID = Pattern.compile(PREFIX + "[0-9a-f]{16}");

    private final RandomGenerator random;
    private final Map<String, Room> rooms = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Room> eldest) {
            return size() > CAPACITY;
        }
    };

    /// Only rooms that somebody is in.
    private final Map<String, Set<String>> people = new HashMap<>();

    SimulatedRooms(RandomGenerator random) {
        this.random = random;
    }

    synchronized Room create(String name, String ownerRef) {
        var room = new Room(PREFIX + HexFormat.of().toHexDigits(random.nextLong()), name, ownerRef, false);
        rooms.put(room.roomId(), room);
        return room;
    }

    synchronized Optional<Room> find(String roomId) {
        var room = rooms.get(roomId);
        if (room == null && ID.matcher(roomId).matches()) {
            return Optional.of(new Room(roomId, "forgotten", "forgotten", false));
        }
        return Optional.ofNullable(room).filter(known -> !known.deleted());
    }

    /// The rooms that were made in this run and are not deleted, the oldest first.
    synchronized List<Room> list() {
        return rooms.values().stream().filter(room -> !room.deleted()).limit(LISTED).toList();
    }

    /// Deleted rooms are remembered as such, or their ids would pass for forgotten ones.
    synchronized void delete(Room room) {
        rooms.put(room.roomId(), new Room(room.roomId(), room.name(), room.ownerRef(), true));
    }

    /// False when there is no such room.
    synchronized boolean enter(String roomId, String userRef) {
        var room = find(roomId);
        room.ifPresent(there -> people.computeIfAbsent(there.roomId(), _ -> new LinkedHashSet<>()).add(userRef));
        return room.isPresent();
    }

    /// A room is for one session: it goes with the last one who was in it.
    synchronized void leave(String roomId, String userRef) {
        var inside = people.get(roomId);
        if (inside != null && inside.remove(userRef) && inside.isEmpty()) {
            people.remove(roomId);
            find(roomId).ifPresent(this::delete);
        }
    }

    /// Those who are in the room, in the order in which they joined.
    synchronized List<String> peopleIn(Room room) {
        return List.copyOf(people.getOrDefault(room.roomId(), Set.of()));
    }

    record Room(String roomId, String name, String ownerRef, boolean deleted) {}
}
