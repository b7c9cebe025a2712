package echo;

import java.util.Map;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Ringback's web server without Ringback: Spring MVC on Jetty with virtual threads, which answers JSON with the same JSON.
///
/// Prints its port, and ends when standard input does.
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({JettyServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class, JacksonAutoConfiguration.class})
@RestController
public class Echo {
    public static void main(String... args) throws Exception {
        var answers = System.out;
        System.setOut(System.err);
        try (var context = new SpringApplicationBuilder(Echo.class)
                .properties("server.port=0", "server.address=127.0.0.1", "spring.threads.virtual.enabled=true",
                        "spring.config.name=none")
                .run()) {
            answers.println(context.getEnvironment().getProperty("local.server.port"));
            while (System.in.read() >= 0) {
            }
        }
    }

    @PostMapping("/echo")
    Map<String, Object> echo(@RequestBody Map<String, Object> body) {
        return body;
    }
}
