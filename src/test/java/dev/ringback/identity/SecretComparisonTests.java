package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A comparison that ends at the first difference tells how much of a guess was right. Secrets are compared by
/// `MessageDigest.isEqual`, and signatures by the JWT library, which does the same.
class SecretComparisonTests {
    private static final String SECRET = "(?:(?i:secret|auth|password|passcode|signature|hmac|apiKey|privateKey)|[tT]oken)";
    private static final Pattern COMPARISON = Pattern.compile(String.join("|",
            "\\b\\w*" + SECRET + "(?:\\(\\))?\\.(?:equals|equalsIgnoreCase|compareTo|contentEquals|startsWith)\\(",
            "\\bequals\\((?:[\\w.()]+, ?)?[\\w.]*" + SECRET + "(?:\\(\\))?[,)]",
            "and (?:auth|secret|password) = ?:"));
    /// `token` is a JWT's beginning, which is no secret; the rest of it is checked by its signature.
    private static final List<String> NO_SECRETS = List.of("return token.startsWith(beginning);");

    @Test
    void noSecretIsComparedByEquals() throws IOException {
        try (var files = Files.walk(Path.of("src", "main", "java"))) {
            assertThat(
                    files.filter(file -> file.toString().endsWith(".java")).flatMap(SecretComparisonTests::comparisons))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"if (known.auth().equals(auth)) {", "Objects.equals(given, settings.secret())",
            "return secret.equals(other)", "Arrays.equals(mac, signature)", "given.equals(hs256Secret)",
            "where token = :endpoint and auth = :auth"})
    void itWouldBeSeen(String line) {
        assertThat(COMPARISON.matcher(line).find()).isTrue();
    }

    private static Stream<String> comparisons(Path file) {
        try {
            return Files.readAllLines(file)
                    .stream()
                    .filter(line -> COMPARISON.matcher(line).find())
                    .filter(line -> !NO_SECRETS.contains(line.strip()))
                    .map(line -> file.getFileName() + ": " + line.strip());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
