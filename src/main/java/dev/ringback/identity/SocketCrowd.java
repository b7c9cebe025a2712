package dev.ringback.identity;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// How many sockets of one kind an address has open without a user, and a user has open.
///
/// Of a user's sockets the oldest goes: what is many is mostly dead ones that nobody has noticed yet, and a phone that
/// comes back must not be shut out by its own past.
///
/// @param <S> a socket, told apart by `equals`
public final class SocketCrowd<S> {
    private final RateLimits limits;
    private final Lock lock = new ReentrantLock();
    private final Map<S, String> addresses = new HashMap<>();
    private final Map<String, Set<S>> waiting = new HashMap<>();
    private final Map<S, String> users = new HashMap<>();
    private final Map<String, LinkedHashSet<S>> connected = new HashMap<>();

    public SocketCrowd(RateLimits limits) {
        this.limits = limits;
    }

    /// Counts a socket that has not proved its user yet.
    ///
    /// @return false, and then it is not counted, when its address has too many of them
    public boolean mayWait(S socket, String address) {
        lock.lock();
        try {
            var others = waiting.computeIfAbsent(address, _ -> new HashSet<>());
            if (others.size() >= limits.waitingSocketsPerAddress()) {
                return false;
            }
            addresses.put(socket, address);
            return others.add(socket);
        } finally {
            lock.unlock();
        }
    }

    /// Counts the socket as its user's; answers that one's oldest, when this is one too many.
    public Optional<S> connected(S socket, Requester requester) {
        lock.lock();
        try {
            forgetWaiting(socket);
            if (requester.server()) {
                return Optional.empty();
            }
            users.put(socket, requester.userId());
            var own = connected.computeIfAbsent(requester.userId(), _ -> new LinkedHashSet<>());
            own.add(socket);
            return own.size() <= limits.socketsPerUser() ? Optional.empty() : Optional.of(own.removeFirst());
        } finally {
            lock.unlock();
        }
    }

    /// Forgets a socket that has closed.
    public void left(S socket) {
        lock.lock();
        try {
            forgetWaiting(socket);
            var user = users.remove(socket);
            if (user != null) {
                connected.computeIfPresent(user, (_, own) -> {
                    own.remove(socket);
                    return own.isEmpty() ? null : own;
                });
            }
        } finally {
            lock.unlock();
        }
    }

    private void forgetWaiting(S socket) {
        var address = addresses.remove(socket);
        if (address != null) {
            waiting.computeIfPresent(address, (_, others) -> {
                others.remove(socket);
                return others.isEmpty() ? null : others;
            });
        }
    }
}
