package dev.ringback.notify.ably;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The channel of a user, `user:` and the user id, and the user's client id.
///
/// A channel's name may hold nearly everything (ably.com/docs/channels, *Use a channel*). But `*` as a part of it stands for all
/// channels in a capability, and as a client id for all clients; `[` begins a qualifier; a comma separates names in addresses;
/// line separators are refused. In a user id these, and `%` itself, are written as `%` and two capital hexadecimal digits for
/// each byte of their UTF-8: no two users share a channel, and no user's name is a pattern.
final class AblyNames {
    private static final Pattern SPECIAL = Pattern.compile("[%*,\\[\\]\\u2028\\u2029]");
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private AblyNames() {}

    static String channel(String userId) {
        return "user:" + clientId(userId);
    }

    static String clientId(String userId) {
        return SPECIAL.matcher(userId).replaceAll(found -> Matcher.quoteReplacement(escaped(found.group())));
    }

    private static String escaped(String character) {
        var name = new StringBuilder();
        for (byte b : character.getBytes(StandardCharsets.UTF_8)) {
            name.append('%').append(HEX.toHexDigits(b));
        }
        return name.toString();
    }
}
