package dev.ringback.notify;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.ringback.call.NobodyReachable;
import dev.ringback.device.Platform;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.SettableClock;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.Ordered;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/// The service on a real PostgreSQL with a clock and scheduled jobs in the test's hand, and two channels that do what
/// the test says: one for phones, one for the alert tokens of iPhones. Calls that reach nobody end at once.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@IntegrationTest
@Import(PushDriven.Parts.class)
@TestPropertySource(properties = "ringback.call.fail-fast=true")
@MockitoBean(name = "taskScheduler", types = ThreadPoolTaskScheduler.class)
@interface PushDriven {

    @TestConfiguration(proxyBeanMethods = false)
    class Parts {
        @Bean
        @Primary
        SettableClock settableClock() {
            return new SettableClock();
        }

        @Bean
        Provider provider() {
            return new Provider();
        }

        @Bean
        OnTold onTold() {
            return new OnTold();
        }

        @Bean
        Hiccup hiccup() {
            return new Hiccup();
        }

        @Bean
        Channel phones(Provider provider) {
            return new Channel("phones", Set.of(Platform.ANDROID, Platform.IOS), 4, Duration.ofSeconds(6), provider);
        }

        @Bean
        Channel alerts(Provider provider) {
            return new Channel("alerts", Set.of(Platform.IOS_ALERT), 4, Duration.ofSeconds(20), provider);
        }
    }

    /// Does something once between a ring over sockets and the pushes.
    final class OnTold implements ApplicationListener<PayloadApplicationEvent<RingTold>> {
        private final AtomicReference<Consumer<RingTold>> next = new AtomicReference<>(_ -> {});

        void once(Consumer<RingTold> action) {
            next.set(action);
        }

        @Override
        public void onApplicationEvent(PayloadApplicationEvent<RingTold> told) {
            next.getAndSet(_ -> {}).accept(told.getPayload());
        }
    }

    /// A database that fails whoever has found that a call rings for nobody, as often as it is told to.
    final class Hiccup implements ApplicationListener<PayloadApplicationEvent<NobodyReachable>>, Ordered {
        private final AtomicInteger left = new AtomicInteger();

        void next(int failures) {
            left.set(failures);
        }

        boolean isOver() {
            return left.get() <= 0;
        }

        @Override
        public void onApplicationEvent(PayloadApplicationEvent<NobodyReachable> found) {
            if (left.getAndDecrement() > 0) {
                throw new DataAccessResourceFailureException("test", new SQLException("test", "57P01"));
            }
        }

        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }
    }

    /// A push service that remembers what it was asked, and answers by token.
    final class Provider implements Notifier {
        private static final Set<NoticeType> RING_ONLY = EnumSet.of(NoticeType.INCOMING_CALL);

        private final List<Push> pushes = new CopyOnWriteArrayList<>();
        private final Map<String, Function<Push, Outcome>> answers = new ConcurrentHashMap<>();

        @Override
        public boolean carries(NoticeType type, Platform platform) {
            return platform != Platform.IOS || RING_ONLY.contains(type);
        }

        @Override
        public Outcome send(Push push) {
            var answer = answers.getOrDefault(push.to().token(), _ -> taken());
            pushes.add(push);
            return answer.apply(push);
        }

        @Override
        public Check check() {
            return new Check(true, "scripted");
        }

        void answer(String token, Outcome outcome) {
            answers.put(token, _ -> outcome);
        }

        /// Pushes to this token hang until the latch opens.
        CountDownLatch hang(String token) {
            return hang(token, taken());
        }

        /// The same, and then get this answer.
        CountDownLatch hang(String token, Outcome answer) {
            var latch = new CountDownLatch(1);
            answers.put(token, _ -> {
                try {
                    latch.await();
                } catch (InterruptedException _) {
                    return new Outcome.TryLater("interrupted", null);
                }
                return answer;
            });
            return latch;
        }

        void answerAgain(String token) {
            answers.remove(token);
        }

        List<Push> to(String token) {
            return pushes.stream().filter(push -> push.to().token().equals(token)).toList();
        }

        List<NoticeType> typesTo(String token) {
            return to(token).stream().map(push -> push.notice().type()).toList();
        }

        private static Outcome taken() {
            return new Outcome.Delivered(UuidCreator.getTimeOrderedEpoch().toString());
        }
    }
}
