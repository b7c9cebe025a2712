package push;

import dev.ringback.database.KeptKeys;
import dev.ringback.device.Environment;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.Channel;
import dev.ringback.notify.Notice;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Push;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Scanner;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/// Sends rings with one of Ringback's channels as the service makes it, without the service: arguments are the channel's
/// name and the file of [Targets].
///
/// Each line on standard input, `seconds inFlight`, is one measurement; its answer is `sent errors seconds`.
public final class Ringback {
    private final Notifier notifier;
    private final String channel;
    private final Targets targets;
    private final AtomicInteger next = new AtomicInteger();

    private Ringback(Channel channel, Targets targets) {
        this.notifier = Objects.requireNonNull(channel.notifier());
        this.channel = channel.name();
        this.targets = targets;
    }

    @Configuration(proxyBeanMethods = false)
    @ComponentScan({"dev.ringback.notify.apns", "dev.ringback.notify.fcm", "dev.ringback.notify.webpush"})
    @ConfigurationPropertiesScan({"dev.ringback.notify", "dev.ringback.device"})
    static class Channels {
        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }

        /// For keys that are kept in the database; here they are given.
        @Bean
        JdbcClient noDatabase() {
            return JdbcClient.create(new DriverManagerDataSource());
        }

        @Bean
        KeptKeys keptKeys(JdbcClient noDatabase, Clock clock) {
            return new KeptKeys(noDatabase, clock);
        }
    }

    public static void main(String... args) throws Exception {
        var answers = System.out;
        System.setOut(System.err);
        var application = new SpringApplication(Channels.class,
                Class.forName("dev.ringback.device.EndpointConfiguration"));
        application.setWebApplicationType(WebApplicationType.NONE);
        try (var context = application.run("--spring.main.banner-mode=off", "--logging.level.root=warn",
                "--logging.level.com.eatthepath.pushy=warn")) {
            var channel = context.getBeansOfType(Channel.class)
                    .values()
                    .stream()
                    .filter(found -> found.name().equals(args[0]))
                    .findFirst()
                    .orElseThrow();
            var sender = new Ringback(channel, Targets.read(Path.of(args[1])));
            answers.println("ready");
            var commands = new Scanner(System.in);
            while (commands.hasNextLine()) {
                var command = commands.nextLine().split(" ");
                answers.println(sender.measure(Integer.parseInt(command[0]), Integer.parseInt(command[1])));
            }
        }
    }

    private String measure(int seconds, int inFlight) {
        var sent = new LongAdder();
        var errors = new LongAdder();
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < inFlight; i++) {
                threads.submit(() -> {
                    while (System.nanoTime() < end) {
                        send(sent, errors);
                    }
                    return null;
                });
            }
        }
        return sent + " " + errors + " " + (System.nanoTime() - start) / 1e9;
    }

    private void send(LongAdder sent, LongAdder errors) {
        Object outcome;
        try {
            outcome = notifier.send(ring(Math.floorMod(next.getAndIncrement(), targets.apnsTokens().size())));
        } catch (InterruptedException | RuntimeException failure) {
            outcome = failure;
        }
        if (outcome instanceof Outcome.Delivered) {
            sent.increment();
            return;
        }
        if (errors.sum() == 0) {
            System.err.println(channel + ": " + outcome);
        }
        errors.increment();
    }

    private Push ring(int device) {
        var now = Instant.now();
        var until = now.plusSeconds(30);
        var call = new Notice.Subject(UUID.randomUUID(), "room-1", 1, "ringing", null, "video", "alice", "Zoë Ünal",
                "bob", List.of(), now, null, null, "on_accept", false, null);
        var notice = new Notice("bob", NoticeType.INCOMING_CALL, call, null, null, until,
                Duration.between(now, until).toMillis(), null, null, null);
        return new Push(UUID.randomUUID(), notice, token(device), targets.actionToken(), until,
                Duration.ofSeconds(30));
    }

    private PushToken token(int device) {
        return switch (channel) {
            case "apns" -> token(Platform.IOS, targets.apnsTokens().get(device), null);
            case "fcm" -> token(Platform.ANDROID, targets.fcmTokens().get(device), null);
            default -> {
                var subscription = targets.subscriptions().get(device);
                yield token(Platform.WEB, subscription.endpoint(), new PushToken.WebPushKeys(
                        subscription.keys().p256dh(), subscription.keys().auth()));
            }
        };
    }

    private static PushToken token(Platform platform, String token, PushToken.WebPushKeys keys) {
        return new PushToken(1, "bob", "device", platform, token, keys, null, Environment.PRODUCTION, Instant.EPOCH);
    }
}
