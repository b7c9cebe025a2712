package dev.ringback.gateway.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How packets are read.
class InboundTests {

    @Test
    void packetsOfOneRequestAreReadOneByOne() {
        assertThat(Inbound.of("3\u001e42[\"a\"]\u001e4212[\"b\"]\u001e41\u001e1")).containsExactly(new Inbound.Pong(),
                new Inbound.Event(null, "[\"a\"]"), new Inbound.Event(12L, "[\"b\"]"), new Inbound.Leave(),
                new Inbound.Leave());
        assertThat(Inbound.of("2probe")).containsExactly(new Inbound.Probe());
        assertThat(Inbound.of("5")).containsExactly(new Inbound.Upgrade());
        assertThat(Inbound.of("6")).containsExactly(new Inbound.Nothing());
    }

    @Test
    void theMainNamespaceHasTwoNames() {
        assertThat(Inbound.of("40")).containsExactly(new Inbound.Connect(""));
        assertThat(Inbound.of("40{\"a\":1}")).containsExactly(new Inbound.Connect("{\"a\":1}"));
        assertThat(Inbound.of("40/,{\"a\":1}")).containsExactly(new Inbound.Connect("{\"a\":1}"));
        assertThat(Inbound.of("42/,7[\"a\"]")).containsExactly(new Inbound.Event(7L, "[\"a\"]"));
        assertThat(Inbound.of("42/admin,7[\"a\"]")).containsExactly(new Inbound.Elsewhere("/admin"));
        assertThat(Inbound.of("40/admin")).containsExactly(new Inbound.Elsewhere("/admin"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "0{}", "4", "43[]", "44{}", "451-[{}]", "461-[{}]", "4x", "7", "bAAAA",
            "421234567890123456[\"a\"]"})
    void whatIsNotServedIsMalformed(String packet) {
        assertThat(Inbound.of(packet)).singleElement().isInstanceOf(Inbound.Malformed.class);
    }

    @Test
    void thereAreNotAnyNumberOfThemInOneRequest() {
        var many = Inbound.of("3\u001e".repeat(30_000));
        assertThat(many).hasSize(Inbound.MOST_PACKETS + 1);
        assertThat(many.getLast()).isInstanceOf(Inbound.Malformed.class);
    }

    @Test
    void whatMayHoldATokenIsNotShown() {
        assertThat(Inbound.of("40{\"token\":\"t\"}\u001e42[\"register\",\"t\"]").toString()).doesNotContain("t\"");
    }
}
