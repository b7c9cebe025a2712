package dev.ringback.notify.stomp;

import dev.ringback.identity.RateLimits;
import dev.ringback.identity.Requester;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// How many sockets one address has waiting for their CONNECT, and one user has open.
///
/// Of a user's sockets the oldest goes: what is many is mostly dead ones that nobody has noticed yet, and a phone that
/// comes back must not be shut out by its own past.
final class SocketCrowd {
    private final RateLimits limits;
    private final Lock lock = new ReentrantLock();
    private final Map<String, Set<String>> waiting = new HashMap<>();
    private final Map<String, LinkedHashSet<String>> connected = new HashMap<>();

    SocketCrowd(RateLimits limits) {
        this.limits = limits;
    }

    boolean mayWait(OpenSocket socket) {
        lock.lock();
        try {
            var others = waiting.computeIfAbsent(socket.address(), _ -> new HashSet<>());
            return others.size() < limits.waitingSocketsPerAddress() && others.add(socket.getId());
        } finally {
            lock.unlock();
        }
    }

    /// Counts the socket as its user's; answers that one's oldest, when this is one too many.
    Optional<String> connected(OpenSocket socket, Requester requester) {
        lock.lock();
        try {
            forgetWaiting(socket);
            if (requester.server()) {
                return Optional.empty();
            }
            socket.belongsTo(requester.userId());
            var own = connected.computeIfAbsent(requester.userId(), _ -> new LinkedHashSet<>());
            own.add(socket.getId());
            return own.size() <= limits.socketsPerUser() ? Optional.empty() : Optional.of(own.removeFirst());
        } finally {
            lock.unlock();
        }
    }

    void left(OpenSocket socket) {
        lock.lock();
        try {
            forgetWaiting(socket);
            var user = socket.user();
            if (user != null) {
                connected.computeIfPresent(user, (_, own) -> {
                    own.remove(socket.getId());
                    return own.isEmpty() ? null : own;
                });
            }
        } finally {
            lock.unlock();
        }
    }

    private void forgetWaiting(OpenSocket socket) {
        waiting.computeIfPresent(socket.address(), (_, others) -> {
            others.remove(socket.getId());
            return others.isEmpty() ? null : others;
        });
    }
}
