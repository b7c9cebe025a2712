package dev.ringback.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ContextConfiguration;

/// The whole service on a free port, with a PostgreSQL of its own, users' tokens signed by [Tokens] and simulated rooms.
/// Calls ring on also when nobody can be reached, which is the case in most tests, and nobody calls
/// too often or is refused because the machine is slow. When the JVM ends, nobody waits for some dozens of contexts to close.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "spring.main.register-shutdown-hook=false", "ringback.call.fail-fast=false",
        "ringback.rate-limit.enabled=false", "ringback.admission.longest-wait=1m",
        "ringback.auth.hs256-secret="
                + Tokens.SECRET})
@ContextConfiguration(initializers = TestDatabase.class)
public @interface IntegrationTest {}
