package dev.ringback.browser;

import dev.ringback.device.Platform;
import dev.ringback.notify.Channel;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Push;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.Tokens;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/// The service, and a small app of somebody's at `/test-app/`.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@IntegrationTest
@Import(TestApp.Parts.class)
@TestPropertySource(properties = {"ringback.web-push.allowed-hosts=localhost",
        "ringback.web-push.allow-private-addresses=true"})
@interface TestApp {

    @TestConfiguration(proxyBeanMethods = false)
    class Parts implements WebMvcConfigurer {
        @Override
        public void addResourceHandlers(ResourceHandlerRegistry registry) {
            registry.addResourceHandler("/test-app/**").addResourceLocations("classpath:/test-app/");
        }

        @Bean
        WebSecurityCustomizer openApp() {
            return web -> web.ignoring().requestMatchers("/test-app/**");
        }

        @Bean
        RouterFunction<ServerResponse> appsBackend() {
            return RouterFunctions.route()
                    .GET("/test-app/token", request -> ServerResponse.ok()
                            .contentType(MediaType.TEXT_PLAIN)
                            .body(Tokens.of(request.param("user").orElseThrow())))
                    .build();
        }
    }

    /// Stands in the place of the browsers' push services: keeps what would be encrypted, by endpoint.
    final class PushService implements Notifier {
        private static final int MAX_BYTES = 3993;

        private final Map<String, BlockingQueue<String>> pushes = new ConcurrentHashMap<>();

        /// The channel of this push service.
        Channel channel() {
            return new Channel("web-push", Set.of(Platform.WEB), 4, Duration.ofSeconds(5), this);
        }

        @Override
        public boolean carries(NoticeType type, Platform platform) {
            return switch (type) {
                case INCOMING_CALL, CALL_CANCELLED, CALL_ANSWERED_ELSEWHERE, CALL_MISSED, CALL_ENDED -> true;
                case CALL_RINGING, CALL_ACCEPTED, CALL_REJECTED -> false;
            };
        }

        @Override
        public Outcome send(Push push) {
            queue(push.to().token())
                    .add(new String(push.body().json(Map.of(), MAX_BYTES), StandardCharsets.UTF_8));
            return new Outcome.Delivered("test");
        }

        @Override
        public Check check() {
            return new Check(true, "a test");
        }

        /// The next push to this subscription.
        String next(String endpoint) throws InterruptedException {
            var push = queue(endpoint).poll(10, TimeUnit.SECONDS);
            if (push == null) {
                throw new AssertionError("no push came");
            }
            return push;
        }

        private BlockingQueue<String> queue(String endpoint) {
            return pushes.computeIfAbsent(endpoint, _ -> new LinkedBlockingQueue<>());
        }
    }
}
