package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class ClientAddressesTests {
    private final ClientAddresses direct = addresses();
    private final ClientAddresses behindProxies = addresses("10.0.0.0/8", "2001:db8:ffff::/48");

    @Test
    void withoutProxiesTheHeaderIsNotBelieved() {
        assertThat(direct.of(request("192.0.2.1", "198.51.100.7"))).isEqualTo("192.0.2.1");
        assertThat(direct.of(request("10.0.0.1", "198.51.100.7"))).isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            // whoever is no proxy says nothing about others
            "192.0.2.1 | 198.51.100.7 | 192.0.2.1",
            // one proxy, and what a client wrote before it
            "10.0.0.1 | 198.51.100.7 | 198.51.100.7", "10.0.0.1 | 203.0.113.9, 198.51.100.7 | 198.51.100.7",
            // two proxies
            "10.0.0.1 | 203.0.113.9, 198.51.100.7, 10.0.0.2 | 198.51.100.7",
            // nothing but proxies, or nothing at all
            "10.0.0.1 | 10.0.0.3, 10.0.0.2 | 10.0.0.3", "10.0.0.1 | - | 10.0.0.1", "10.0.0.1 | '' | 10.0.0.1",
            // no address: it is counted for the proxy that let it through
            "10.0.0.1 | localhost | 10.0.0.1", "10.0.0.1 | unknown | 10.0.0.1",
            "10.0.0.1 | 198.51.100.7,, | 10.0.0.1",
            // with ports
            "10.0.0.1 | 198.51.100.7:5678 | 198.51.100.7", "10.0.0.1 | [2001:db8:1:2::3]:5678 | 20010db800010002",
            // IPv6: the network; and one that is IPv4 in truth
            "2001:db8:1:2::3 | - | 20010db800010002", "[2001:db8:1:2::4] | - | 20010db800010002",
            "2001:db8:ffff::1 | 2001:db8:1:3::3 | 20010db800010003", "::ffff:10.0.0.1 | 198.51.100.7 | 198.51.100.7",
            "fe80::1%1 | - | fe80000000000000"})
    void theHeaderIsReadFromTheRightAsFarAsItsWritersAreTrusted(String peer, String header, String counted) {
        assertThat(behindProxies.of(header == null ? request(peer) : request(peer, header))).isEqualTo(counted);
    }

    @Test
    void severalHeadersAreOne() {
        assertThat(behindProxies.of(request("10.0.0.1", "203.0.113.9", "198.51.100.7, 10.0.0.2")))
                .isEqualTo("198.51.100.7");
    }

    @Test
    void aWrongNetworkStopsTheStart() {
        assertThatThrownBy(() -> addresses("proxy.example")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> addresses("10.0.0.0/99")).isInstanceOf(IllegalArgumentException.class);
    }

    private static ClientAddresses addresses(String... trusted) {
        return new ClientAddresses(new HttpSettings(List.of(), List.of(trusted)));
    }

    private static MockHttpServletRequest request(String peer, String... headers) {
        var request = new MockHttpServletRequest();
        request.setRemoteAddr(peer);
        for (var header : headers) {
            request.addHeader("X-Forwarded-For", header);
        }
        return request;
    }
}
