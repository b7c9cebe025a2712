package dev.ringback.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringback.net.AddressNotAllowed;
import dev.ringback.net.NameLookup;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class EndpointRulesTests {
    private static final String PUBLIC = "142.250.1.1";

    private final EndpointRules rules = Endpoints.standard(PUBLIC);

    @ParameterizedTest
    @ValueSource(strings = {"https://fcm.googleapis.com/fcm/send/dGVzdA:APA91b_x-y",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAAAA", "https://web.push.apple.com/QGuQ",
            "https://api.eu.push.apple.com/QGuQ", "https://autopush.stage.push.services.mozilla.com/w",
            "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAC%2b%2f", "https://FCM.GoogleAPIs.com/wp/x",
            "HTTPS://fcm.googleapis.com:443/wp/x", "https://fcm.googleapis.com"})
    void browsersPushServicesAreBelieved(String endpoint) {
        assertThat(rules.refusal(endpoint)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            // not https, not a URL
            "http://fcm.googleapis.com/x", "ftp://fcm.googleapis.com/x", "fcm.googleapis.com/x",
            "//fcm.googleapis.com/x", "https:/fcm.googleapis.com/x", "https:fcm.googleapis.com", "https:///x", "",
            "https://", "javascript:alert(1)", " https://fcm.googleapis.com/x", "https://fcm.googleapis.com/x ",
            "https://fcm.googleapis.com/a b", "https://fcm.googleapis.com/x\n", "https://fcm.goo\tgleapis.com/x",
            "https://fcm.googleapis.com/%zz",
            // another port
            "https://fcm.googleapis.com:6379/", "https://fcm.googleapis.com:80/", "https://fcm.googleapis.com:0443/",
            "https://fcm.googleapis.com:/x", "https://fcm.googleapis.com:99999/",
            // somebody else's host that looks like one
            "https://fcm.googleapis.com.evil.com/x", "https://evilfcm.googleapis.com/x",
            "https://x.fcm.googleapis.com/x", "https://googleapis.com/x", "https://evilpush.apple.com/x",
            "https://push.apple.com/x", "https://notify.windows.com/x", "https://.notify.windows.com/x",
            "https://a..notify.windows.com/x", "https://-a.notify.windows.com/x", "https://*.push.apple.com/x",
            "https://a_b.push.apple.com/x", "https://evil.com/fcm.googleapis.com", "https://fcm.googleapis.com./x",
            "https://a.push.apple.com./x", "https://xn--fm-3mb.push.apple.com/x", "https://xn--fcm-googleapis.com/x",
            // Cyrillic с, full-width dot and letters, zero width space, soft hyphen
            "https://f\u0441m.googleapis.com/x", "https://fcm\uff0egoogleapis.com/x", "https://\uff46cm.googleapis.com",
            "https://fcm.googleapis\u200b.com/x", "https://fcm.google\u00adapis.com/x", "https://fcm.googleapis.com/é",
            // users, fragments, and what some parsers take for the end of the host
            "https://fcm.googleapis.com@evil.com/x", "https://user@fcm.googleapis.com/x",
            "https://user:pw@fcm.googleapis.com/x", "https://evil.com#@fcm.googleapis.com/x",
            "https://evil.com\\@fcm.googleapis.com/x", "https://fcm.googleapis.com\\.evil.com/x",
            "https://fcm.googleapis.com#x", "https://fcm.googleapis.com/x#y", "https://evil.com?@fcm.googleapis.com",
            "https://fcm.googleapis.com?x", "https://fcm%2egoogleapis.com/x",
            "https://fcm.googleapis.com%00.evil.com/x",
            "https://fcm.googleapis.com%2f@evil.com/x",
            // addresses, in every spelling
            "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://0x7f000001/",
            "https://0x7f.0.0.1/", "https://0x7f.1/", "https://0177.0.0.1/", "https://017700000001/", "https://0/",
            "https://0x/", "https://1.1.1.1/", "https://134744072/", "https://127.0.0.1./", "https://[::1]/",
            "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/", "https://[fe80::1%25eth0]/", "https://[2606:4700:4700::1111]/",
            "https://\u2460\u2461\u2466.0.0.1/", "https://localhost/", "https://localhost./"})
    void everythingElseIsRefusedWithoutAskingANameServer(String endpoint) {
        var deaf = Endpoints.rules(Endpoints.standardHosts(), false, "");
        assertThat(deaf.refusalOfSpelling(endpoint)).isPresent();
        assertThat(deaf.refusal(endpoint)).get().asString().doesNotContain("resolve");
    }

    @Test
    void aLongEndpointIsRefused() {
        var endpoint = "https://fcm.googleapis.com/";
        assertThat(rules.refusal(endpoint + "x".repeat(2048 - endpoint.length()))).isEmpty();
        assertThat(rules.refusal(endpoint + "x".repeat(2049 - endpoint.length()))).contains(
                "must have at most 2048 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
            "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1",
            "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
            "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:db8::1", PUBLIC + "+127.0.0.1", "127.0.0.1+" + PUBLIC})
    void aNameThatLeadsInsideIsRefused(String address) {
        assertThat(Endpoints.standard(address).refusal("https://fcm.googleapis.com/x"))
                .contains("must not resolve to a private address");
    }

    @ParameterizedTest
    @ValueSource(strings = {PUBLIC, "8.8.8.8", "2607:f8b0:4004:800::200a", "2a00:1450:4001::1",
            PUBLIC + "+2607:f8b0:4004:800::200a"})
    void aPublicAddressIsFine(String address) {
        assertThat(Endpoints.standard(address).refusal("https://fcm.googleapis.com/x")).isEmpty();
    }

    @Test
    void aNameThatDoesNotResolveIsRefused() {
        assertThat(Endpoints.standard("").refusal("https://fcm.googleapis.com/x"))
                .contains("has a host that does not resolve");
    }

    @Test
    void aNameIsResolvedAnewForAConnection() throws Exception {
        var changing = Endpoints.standard(PUBLIC, "127.0.0.1");
        assertThat(changing.refusal("https://fcm.googleapis.com/x")).isEmpty();
        assertThatThrownBy(() -> changing.addresses("fcm.googleapis.com"))
                .isInstanceOf(AddressNotAllowed.class);
    }

    @Test
    void aClosedNetworkHasItsOwnHostsPortsAndAddresses() {
        var closed = Endpoints.closedNetwork("localhost", "127.0.0.1", "[::1]");
        assertThat(closed.refusal("https://localhost:8443/x")).isEmpty();
        assertThat(closed.refusal("https://127.0.0.1:6379/x")).isEmpty();
        assertThat(closed.refusal("https://[::1]:6379/x")).isEmpty();
        assertThat(closed.refusal("https://localhost:65536/x")).isPresent();
        assertThat(closed.refusal("http://localhost:8443/x")).isPresent();
        assertThat(closed.refusal("https://127.1:6379/x")).isPresent();
        assertThat(closed.refusal("https://fcm.googleapis.com/x")).isPresent();
    }

    @Test
    void aLiteralAddressNeedsMoreThanTheList() {
        assertThat(Endpoints.rules(List.of("127.0.0.1", "8.8.8.8"), false, "8.8.8.8").refusal("https://8.8.8.8/"))
                .contains("must be at a browser's push service");
    }

    @Test
    void theStandardHostsAreTheBrowsersOwn() {
        var bound = new Binder(new MapConfigurationPropertySource())
                .bindOrCreate("ringback.web-push", Bindable.of(EndpointSettings.class));
        assertThat(bound).isEqualTo(new EndpointSettings(Endpoints.standardHosts(), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "https://a.com", "a.com:443", "a.com/", "*a.com", "a.*.com", ".a.com", "a.com.", "a b",
            ""})
    void anEntryThatIsNoHostStopsTheStart(String entry) {
        assertThatThrownBy(() -> new EndpointSettings(List.of(entry), false))
                .hasMessageContaining("ringback.web-push.allowed-hosts");
    }

    @Test
    void aSilentNameServerIsAskedOnceAndNotWaitedFor() throws Exception {
        var asked = new AtomicInteger();
        var silence = new CountDownLatch(1);
        var names = new NameLookup(_ -> {
            asked.incrementAndGet();
            try {
                silence.await();
            } catch (InterruptedException _) {
                throw new UnknownHostException();
            }
            return List.of(InetAddress.ofLiteral(PUBLIC));
        }, Duration.ofMillis(50));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                threads.submit(() -> assertThatThrownBy(() -> names.lookup("a")).isInstanceOf(
                        UnknownHostException.class)).get();
            }
        }
        assertThat(asked).hasValue(1);
        silence.countDown();
    }
}
