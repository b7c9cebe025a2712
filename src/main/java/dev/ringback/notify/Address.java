package dev.ringback.notify;

import dev.ringback.device.PushToken;
import java.util.List;

/// Where a delivery goes.
sealed interface Address {

    /// A token of a device.
    record Token(PushToken token) implements Address {
        @Override
        public String platform() {
            return token.platform().word();
        }

        @Override
        public String tail() {
            return token.tail();
        }
    }

    /// The user's own place at a broker.
    record Place(Broker broker) implements Address {
        @Override
        public String platform() {
            return broker.name();
        }

        @Override
        public String tail() {
            return "";
        }
    }

    /// What kind of address it is, in a word.
    String platform();

    /// Enough to recognise it by, and no use to anybody else; empty where there is nothing to tell apart.
    String tail();

    static List<Address> of(List<PushToken> tokens) {
        return tokens.stream().<Address>map(Token::new).toList();
    }
}
