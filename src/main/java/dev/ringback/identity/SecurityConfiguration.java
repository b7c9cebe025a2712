package dev.ringback.identity;

import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import dev.ringback.web.ProblemWriter;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;

/// The HTTP side of authentication: bearer tokens only, so no session, no cookie and no CSRF token.
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
    private static final Duration PREFLIGHT_AGE = Duration.ofHours(1);
    private static final String[] OPEN = {"/error", "/ws", "/v3/api-docs/**", "/swagger-ui.html", "/swagger-ui/**",
            "/actuator/health/**", "/api/push/vapid-public-key", "/api/push/renew", "/ringback.js", "/ringback.d.ts",
            "/ringback-sw.js",
            "/ringback/**", "/trace/**", "/admin", "/admin/assets/**"};
    /// Open to all, and proved by their own signatures or passwords.
    private static final String[] SIGNED = {"/webhooks/dialstack", "/webhooks/cometchat", "/webhooks/enablex",
            "/webhook/cometchat/call-received"};
    /// Routes of others that the admin page reads.
    private static final String[] SHOWN_TO_ADMINS = {"/api/call", "/api/call/{id}/trace", "/api/push/devices",
            "/api/webhooks/dead-letters"};
    private static final String[] DEMO = {"/", "/demo/**"};
    /// Pages of ours load what is ours and nothing else, and run no script that stands in their text.
    private static final String CONTENT_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'";

    @Bean
    SecurityFilterChain security(HttpSecurity http, JwtDecoder users, ActionTokens actions, AdminTokens admins,
            AdminSettings admin, RequesterConverter converter, RateLimits limits, ClientAddresses addresses,
            ProblemWriter problems,
            ObjectProvider<DemoTokens> demo, Environment environment) {
        var demoMode = demo.getIfAvailable() != null;
        var anonymous = new AnonymousRequests(limits, addresses, problems);
        var refused = refused(anonymous, problems);
        return http.csrf(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .cors(Customizer.withDefaults())
                .headers(headers -> headers.contentSecurityPolicy(csp -> csp.policyDirectives(CONTENT_POLICY))
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                        .withObjectPostProcessor(beforeAnythingIsSent()))
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> {
                    requests.requestMatchers(OPEN).permitAll();
                    requests.requestMatchers(HttpMethod.POST, SIGNED).permitAll();
                    if (demoMode) {
                        requests.requestMatchers(DEMO).permitAll();
                    }
                    var management = requests.requestMatchers("/actuator/**");
                    if (ManagementPortType.get(environment) == ManagementPortType.DIFFERENT) {
                        // the operator's own network guards that port
                        management.permitAll();
                    } else {
                        management.denyAll();
                    }
                    withActionTokens(requests);
                    forAdmins(requests, admin);
                    requests.anyRequest().hasAuthority(Authority.USER.name());
                })
                .oauth2ResourceServer(server -> server.authenticationEntryPoint(refused)
                        .jwt(jwt -> jwt.decoder(new BearerDecoder(users, actions, admins))
                                .jwtAuthenticationConverter(converter)))
                .addFilterBefore(anonymous, AuthorizationFilter.class)
                .exceptionHandling(
                        errors -> errors.authenticationEntryPoint(refused).accessDeniedHandler(denied(problems)))
                .build();
    }

    /// Left to itself the filter waits until the answer is about to be sent, and misses that for some files.
    private static ObjectPostProcessor<HeaderWriterFilter> beforeAnythingIsSent() {
        return new ObjectPostProcessor<>() {
            @Override
            public <F extends HeaderWriterFilter> F postProcess(F filter) {
                filter.setShouldWriteHeadersEagerly(true);
                return filter;
            }
        };
    }

    /// The only routes that an action token opens. That it is for the call in the request is checked where calls are known.
    private static void withActionTokens(
            AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests) {
        for (var authority : Authority.ACTIONS) {
            requests.requestMatchers(HttpMethod.POST, "/api/call/" + authority.command())
                    .hasAnyAuthority(Authority.USER.name(), authority.name());
        }
        // has the form of the next one
        requests.requestMatchers(HttpMethod.GET, "/api/call/active").hasAuthority(Authority.USER.name());
        requests.requestMatchers(HttpMethod.GET, "/api/call/{id}")
                .hasAnyAuthority(Authority.USER.name(), Authority.READ.name());
    }

    /// What the admin page asks. While it is off, whoever asks is to learn that there is nothing.
    private static void forAdmins(
            AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests,
            AdminSettings admin) {
        if (!admin.isOn()) {
            requests.requestMatchers("/api/admin/**").permitAll();
            return;
        }
        requests.requestMatchers(HttpMethod.POST, "/api/admin/sign-in").permitAll();
        requests.requestMatchers("/api/admin/**").hasAuthority(Authority.ADMIN.name());
        requests.requestMatchers(HttpMethod.GET, SHOWN_TO_ADMINS)
                .hasAnyAuthority(Authority.USER.name(), Authority.ADMIN.name());
        requests.requestMatchers(HttpMethod.POST, "/api/webhooks/dead-letters/{id}/resend")
                .hasAnyAuthority(Authority.USER.name(), Authority.ADMIN.name());
    }

    /// One observation of a request is enough; Spring Security would add one for each of its filters.
    @Bean
    static SecurityObservationSettings noObservationOfFilters() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    CorsConfigurationSource corsConfigurationSource(HttpSettings settings) {
        var cors = new CorsConfiguration();
        cors.setAllowedOrigins(settings.allowedOrigins());
        cors.setAllowedMethods(List.of("GET", "POST", "PUT", "DELETE"));
        cors.setAllowedHeaders(
                List.of(HttpHeaders.AUTHORIZATION, HttpHeaders.CONTENT_TYPE, "Idempotency-Key", "X-Request-Id"));
        cors.setExposedHeaders(List.of("X-Request-Id", HttpHeaders.RETRY_AFTER));
        cors.setMaxAge(PREFLIGHT_AGE);
        var source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/**", cors);
        return source;
    }

    private static AuthenticationEntryPoint refused(AnonymousRequests anonymous, ProblemWriter problems) {
        return (request, response, failure) -> {
            try {
                anonymous.count(request);
                response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
                problems.write(response, new ProblemException(ProblemCode.UNAUTHENTICATED));
            } catch (ProblemException tooMany) {
                problems.write(response, tooMany);
            }
        };
    }

    private static AccessDeniedHandler denied(ProblemWriter problems) {
        return (request, response, failure) -> problems.write(response,
                new ProblemException(hasLapsed() ? ProblemCode.ACTION_LAPSED : ProblemCode.FORBIDDEN));
    }

    private static boolean hasLapsed() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getAuthorities().contains(Authority.LAPSED);
    }
}
