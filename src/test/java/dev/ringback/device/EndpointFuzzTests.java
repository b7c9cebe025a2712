package dev.ringback.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ringback.support.Quiet;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.extension.ExtendWith;

/// A Web Push endpoint is a URL that a user gave us: what passes means the same to every parser behind the rules.
@ExtendWith(Quiet.class)
class EndpointFuzzTests {
    private static final EndpointRules RULES = Endpoints.standard("142.250.1.1");

    @FuzzTest
    void anAcceptedEndpointIsReadAlikeByAll(byte[] data) {
        var endpoint = new String(data, StandardCharsets.UTF_8);
        if (RULES.refusalOfSpelling(endpoint).isPresent()) {
            return;
        }
        assertThat(RULES.refusal(endpoint)).isEmpty();
        var jdk = URI.create(endpoint);
        var okHttp = HttpUrl.get(endpoint);
        assertThat(okHttp.host()).isEqualTo(jdk.getHost().toLowerCase(Locale.ROOT))
                .matches(
                        "fcm\\.googleapis\\.com|[a-z0-9.-]+\\.push\\.services\\.mozilla\\.com|([a-z0-9.-]+\\.)?push\\.apple\\.com"
                                + "|[a-z0-9.-]+\\.notify\\.windows\\.com");
        assertThat(okHttp.port()).isEqualTo(443);
        assertThat(jdk.getPort()).isIn(-1, 443);
        assertThat(okHttp.isHttps()).isTrue();
        assertThat(jdk.getRawUserInfo()).isNull();
        assertThat(okHttp.encodedUsername() + okHttp.encodedPassword()).isEmpty();
        assertThat(endpoint).hasSizeLessThanOrEqualTo(2048).matches("[!-~]+");
    }
}
