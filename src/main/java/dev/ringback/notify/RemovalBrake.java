package dev.ringback.notify;

import java.time.Instant;

/// Stops mass removal: when more than a fifth of a channel's sends of the last minute come back "dead", and at least 20
/// of them, the tokens are not the likely cause; wrong credentials look just like that.
final class RemovalBrake {
    private static final int SECONDS = 60;
    private static final int MIN_DEAD = 20;
    private static final int MAX_SHARE = 5;

    private final long[] second = new long[SECONDS];
    private final int[] sent = new int[SECONDS];
    private final int[] dead = new int[SECONDS];

    /// Counts a send that did not find a dead token.
    synchronized void alive(Instant now) {
        sent[slot(now)]++;
    }

    /// Counts a dead token; returns whether it may be removed.
    synchronized boolean dead(Instant now) {
        int slot = slot(now);
        sent[slot]++;
        dead[slot]++;
        int allSent = 0;
        int allDead = 0;
        for (int i = 0; i < SECONDS; i++) {
            if (now.getEpochSecond() - second[i] < SECONDS) {
                allSent += sent[i];
                allDead += dead[i];
            }
        }
        return allDead < MIN_DEAD || allDead * MAX_SHARE <= allSent;
    }

    private int slot(Instant now) {
        int slot = Math.floorMod(now.getEpochSecond(), SECONDS);
        if (second[slot] != now.getEpochSecond()) {
            second[slot] = now.getEpochSecond();
            sent[slot] = 0;
            dead[slot] = 0;
        }
        return slot;
    }
}
