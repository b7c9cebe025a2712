package load;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What was asked for on the command line, as `--name value`.
///
/// @param duration of each measurement
/// @param warmUp how many calls are made before the first measurement
/// @param pairs how many pairs call in each closed loop
/// @param about what is measured, for the head of the table
record Options(URI url, String secret, Protocol protocol, int rounds, Duration duration, int warmUp, int rate,
        int users,
        List<Integer> pairs, Usage.Watched watched, String about, boolean selfTest, Map<String, String> all) {

    static Options parse(String... args) {
        var all = new HashMap<String, String>();
        for (int i = 0; i < args.length; i += 2) {
            if (!args[i].startsWith("--") || i + 1 == args.length) {
                throw new IllegalArgumentException("--name value is expected, not " + args[i]);
            }
            all.put(args[i].substring(2), args[i + 1]);
        }
        var pairs = Arrays.stream(all.getOrDefault("pairs", "8,16,32,64").split(",")).map(Integer::valueOf).toList();
        int users = number(all, "users", 1000);
        int most = pairs.stream().mapToInt(Integer::intValue).max().orElseThrow();
        if (users < 2 * Math.max(most, 8)) {
            throw new IllegalArgumentException("that many pairs need " + 2 * Math.max(most, 8) + " users at least");
        }
        return new Options(URI.create(all.getOrDefault("url", "http://127.0.0.1:18080")),
                all.getOrDefault("secret", ""), Protocol.named(all.getOrDefault("protocol", "stomp")),
                number(all, "rounds", 3), Duration.ofSeconds(number(all, "seconds", 20)),
                number(all, "warm-up", 8000), rate(all), users, pairs,
                new Usage.Watched(pid(all, "service-pid"), pid(all, "postgres-pid"), pid(all, "rooms-pid")),
                all.getOrDefault("about", ""),
                Boolean.parseBoolean(all.getOrDefault("self-test", "false")), all);
    }

    private static int number(Map<String, String> all, String name, int otherwise) {
        int number = Integer.parseInt(all.getOrDefault(name, String.valueOf(otherwise)));
        if (number < 1) {
            throw new IllegalArgumentException("--" + name + " must be at least 1");
        }
        return number;
    }

    /// Half of the slowest's peak is known later.
    private static int rate(Map<String, String> all) {
        return all.getOrDefault("rate", "100").equals("half") ? 1 : number(all, "rate", 100);
    }

    private static Optional<Long> pid(Map<String, String> all, String name) {
        return Optional.ofNullable(all.get(name)).filter(text -> !text.isEmpty()).map(Long::valueOf);
    }
}
