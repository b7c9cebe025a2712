package dev.ringback.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class EndpointsTests {
    private static final String URL = "https://backend.example.com/ringback?key=abc";
    private static final String SECRET = Receiver.secret();

    @Test
    void endpointsMayComeFromTheEnvironment() {
        var other = Receiver.secret();
        var endpoints = new Endpoints(bound(Map.of("RINGBACK_WEBHOOK_OUT_ENDPOINTS_0_URL", URL,
                "RINGBACK_WEBHOOK_OUT_ENDPOINTS_0_SECRETS", SECRET + "," + other,
                "RINGBACK_WEBHOOK_OUT_ENDPOINTS_0_EVENTS", "call.missed, device.removed",
                "RINGBACK_WEBHOOK_OUT_ENDPOINTS_1_URL", "https://other.example.com",
                "RINGBACK_WEBHOOK_OUT_ENDPOINTS_1_SECRETS_0", other,
                "RINGBACK_WEBHOOK_OUT_GIVE_UP_AFTER", "48h"))).all();
        assertThat(endpoints).extracting(Endpoint::origin)
                .containsExactly("https://backend.example.com", "https://other.example.com");
        assertThat(endpoints.getFirst().events())
                .containsExactlyInAnyOrder(EventType.CALL_MISSED, EventType.DEVICE_REMOVED);
        assertThat(endpoints.getFirst().signer().signatures("id", 1, "").split(" ")).hasSize(2);
        assertThat(endpoints.getLast().events()).isEqualTo(EnumSet.allOf(EventType.class));
    }

    @Test
    void emptySettingsCountAsNone() {
        assertThat(new Endpoints(bound(Map.of("RINGBACK_WEBHOOK_OUT_ENDPOINTS_0_URL", "",
                "RINGBACK_WEBHOOK_OUT_ENDPOINTS_0_SECRETS", ""))).all()).isEmpty();
        assertThat(new Endpoints(bound(Map.of())).all()).isEmpty();
    }

    @Test
    void anEndpointStaysTheSameInAnotherPlaceAndIsAnotherAtAnotherUrl() {
        var there = endpoint("https://b.example.com", SECRET);
        var first = new Endpoints(settings(false, endpoint(URL, SECRET), there)).all();
        var second = new Endpoints(settings(false, there, endpoint(URL, SECRET))).all();
        assertThat(second.getLast().id()).isEqualTo(first.getFirst().id()).isNotEqualTo(first.getLast().id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://backend.example.com/x", "backend.example.com", "", "ftp://a.com",
            "https://user:secret@backend.example.com/", "https://backend.example.com/#part"})
    void aUrlThatIsNotOfHttpsStopsTheStart(String url) {
        refuses(settings(false, endpoint(url, SECRET)),
                "ringback.webhook.out.endpoints[0].url is not an https URL without user and fragment.");
    }

    @Test
    void inAClosedNetworkHttpWillDo() {
        assertThat(new Endpoints(settings(true, endpoint("http://10.1.2.3:8080/x", SECRET))).all()).hasSize(1);
    }

    @Test
    void whatIsMissingOrUnknownStopsTheStartWithOneLine() {
        refuses(settings(false, endpoint(URL, SECRET), endpoint("https://b.example.com")),
                "ringback.webhook.out.endpoints[1].secrets is missing.");
        refuses(settings(false, endpoint(URL, "whsec_c2hvcnQ=")),
                "ringback.webhook.out.endpoints[0].secrets must hold whsec_ and the base64 of 24 to 64 random bytes.");
        refuses(settings(false, endpoint(URL, SECRET), endpoint(URL, SECRET)),
                "ringback.webhook.out.endpoints[1].url is that of another endpoint, too.");
        refuses(settings(false,
                new AnnounceSettings.Endpoint(URL, List.of(SECRET), List.of("call.ended", "call.over"))),
                "ringback.webhook.out.endpoints[0].events holds a name that is no event's: call.over.");
    }

    @Test
    void neitherSecretsNorUrlsArePrinted() {
        var set = settings(false, endpoint(URL, SECRET));
        assertThat(set.toString() + new Endpoints(set).all())
                .doesNotContain(SECRET, "abc", "/ringback");
    }

    private static void refuses(AnnounceSettings settings, String line) {
        assertThatThrownBy(() -> new Endpoints(settings)).isInstanceOfSatisfying(FailureAnalyzedException.class,
                failure -> assertThat(failure.analysis().getDescription()).isEqualTo(line));
    }

    private static AnnounceSettings.Endpoint endpoint(String url, String... secrets) {
        return new AnnounceSettings.Endpoint(url, List.of(secrets), List.of());
    }

    private static AnnounceSettings settings(boolean closedNetwork, AnnounceSettings.Endpoint... endpoints) {
        return new AnnounceSettings(List.of(endpoints), closedNetwork, Duration.ofHours(24), Duration.ofDays(30));
    }

    private static AnnounceSettings bound(Map<String, Object> environment) {
        var sources = new MutablePropertySources();
        sources.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", environment));
        return Objects.requireNonNull(new Binder(ConfigurationPropertySources.from(sources))
                .bindOrCreate("ringback.webhook.out", AnnounceSettings.class));
    }
}
