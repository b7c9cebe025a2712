package dev.ringback.admission;

import dev.ringback.web.ProblemException;
import dev.ringback.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.web.filter.OncePerRequestFilter;

/// Every request to the API asks before anything is done for it, since a refusal must cost little when there is least to
/// spend; but behind the filters whose headers a browser needs to read the answer.
@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration {

    @Bean
    Customizer<HttpSecurity> admissionBeforeAuthentication(AdmissionControl admission, ProblemWriter problems) {
        return http -> http.addFilterBefore(new AdmissionFilter(admission, problems),
                BearerTokenAuthenticationFilter.class);
    }

    private static final class AdmissionFilter extends OncePerRequestFilter {
        private static final String API = "/api/";
        private static final String COMMANDS = "/api/call/";

        private final AdmissionControl admission;
        private final ProblemWriter problems;

        AdmissionFilter(AdmissionControl admission, ProblemWriter problems) {
            this.admission = admission;
            this.problems = problems;
        }

        @Override
        protected boolean shouldNotFilter(HttpServletRequest request) {
            return !request.getServletPath().startsWith(API);
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            try {
                ask(request.getServletPath());
            } catch (ProblemException refusal) {
                problems.write(response, refusal);
                return;
            }
            chain.doFilter(request, response);
        }

        private void ask(String path) {
            if (path.startsWith(COMMANDS)) {
                admission.command(path.substring(COMMANDS.length()));
            } else {
                admission.request();
            }
        }
    }
}
