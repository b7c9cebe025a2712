package dev.ringback.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `docs/configuration.md` is the settings' metadata as a page. To write it anew:
/// `./mvnw test -Dtest=ConfigurationPageTests -Dringback.docs.write=true`.
class ConfigurationPageTests {
    private static final Path PAGE = Path.of("docs", "configuration.md");

    @Test
    void thePageSaysWhatTheCodeDoes() throws IOException {
        var page = page();
        if (Boolean.getBoolean("ringback.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).hasContent(page);
    }

    private static String page() throws IOException {
        try (var metadata = Objects.requireNonNull(ConfigurationPageTests.class.getClassLoader()
                .getResourceAsStream("META-INF/spring-configuration-metadata.json"))) {
            var settings = JsonMapper.shared()
                    .readTree(metadata)
                    .get("properties")
                    .valueStream()
                    .filter(setting -> setting.get("name").asString().startsWith("ringback."))
                    .sorted(Comparator.comparing(setting -> setting.get("name").asString()))
                    .map(ConfigurationPageTests::row)
                    .collect(Collectors.joining("\n"));
            return """
                    # Settings

                    Every setting can be given as an environment variable: the one in the last column.
                    Durations are written `45s`, `5m`, `12h`. This page is made from the code.

                    | setting | default | meaning | environment variable |
                    |---|---|---|---|
                    %s

                    The database is Spring's: `SPRING_DATASOURCE_URL`, `SPRING_DATASOURCE_USERNAME`, `SPRING_DATASOURCE_PASSWORD`;
                    so is the port: `SERVER_PORT` (8080), and TLS: `SERVER_SSL_*`.
                    """
                    .formatted(settings);
        }
    }

    private static String row(JsonNode setting) {
        var name = setting.get("name").asString();
        var value = setting.has("defaultValue") ? "`" + text(setting.get("defaultValue")) + "`" : "";
        var meaning = setting.has("description") ? setting.get("description").asString().replace("|", "\\|") : "";
        return "| `%s` | %s | %s | `%s` |".formatted(name, value, meaning,
                name.replace('-', '_').replace('.', '_').toUpperCase(Locale.ROOT));
    }

    private static String text(JsonNode value) {
        return value.isArray()
                ? value.valueStream().map(JsonNode::asString).collect(Collectors.joining(","))
                : value.asString();
    }
}
