package dev.ringback.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/// Kills at random moments: one of two nodes that serve, one that is just starting, both at once, and the database. What
/// was killed is started again at once.
final class Killer {
    private static final int LONGEST_PAUSE_MS = 700;
    private static final int LONGEST_START_MS = 1_500;

    private final Cluster cluster;
    private final Random random;
    private Node last;

    Killer(Cluster cluster, long seed) {
        this.cluster = cluster;
        this.random = new Random(seed);
        this.last = cluster.node(0);
    }

    /// Until at least so many were killed.
    void kill(int times) throws IOException, InterruptedException {
        while (cluster.kills().size() < times) {
            int chance = random.nextInt(100);
            if (chance < 50) {
                oneOfTwo();
            } else if (chance < 77) {
                oneThatStarts();
            } else if (chance < 87) {
                both();
            } else {
                theDatabase();
            }
        }
    }

    /// The other one goes on.
    private void oneOfTwo() throws IOException, InterruptedException {
        cluster.awaitBoth();
        pause(LONGEST_PAUSE_MS);
        again(cluster.node(random.nextInt(cluster.nodes().size())));
    }

    private void oneThatStarts() throws IOException, InterruptedException {
        pause(LONGEST_START_MS);
        again(last);
    }

    private void both() throws IOException, InterruptedException {
        cluster.awaitBoth();
        pause(LONGEST_PAUSE_MS);
        for (var node : cluster.nodes()) {
            cluster.kill(node);
        }
        for (var node : cluster.nodes()) {
            cluster.launch(node);
        }
    }

    private void theDatabase() throws IOException, InterruptedException {
        cluster.awaitBoth();
        pause(LONGEST_PAUSE_MS);
        cluster.killDatabase();
    }

    private void again(Node node) throws IOException, InterruptedException {
        cluster.kill(node);
        cluster.launch(node);
        last = node;
    }

    private void pause(int longestMs) {
        Client.pause(Duration.ofMillis(random.nextInt(longestMs)));
    }
}
