package dev.ringback.notify.pusher;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/// The private channel of a user: `private-user-` and the user id.
///
/// A channel's name may hold `A-Z a-z 0-9 _ - = @ , . ;` and 164 characters in all
/// (pusher.com/docs/channels/using_channels/channels, *Channel naming conventions*). What a user id holds beside these, and `=`
/// itself, is written as `=` and two capital hexadecimal digits for each byte of its UTF-8: no two users share a channel. An
/// id that is too long for that is written as `==` and its SHA-256 in base64url.
final class ChannelName {
    static final int MAX_LENGTH = 164;

    private static final String PREFIX = "private-user-";
    private static final String AS_IT_IS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-@,.;";
    private static final String HASHED = "==";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private ChannelName() {}

    static String of(String userId) {
        var name = PREFIX + escaped(userId);
        return name.length() <= MAX_LENGTH ? name : PREFIX + HASHED + digest(userId);
    }

    private static String escaped(String userId) {
        var name = new StringBuilder();
        for (byte b : userId.getBytes(StandardCharsets.UTF_8)) {
            if (AS_IT_IS.indexOf(b) >= 0) {
                name.append((char) b);
            } else {
                name.append('=').append(HEX.toHexDigits(b));
            }
        }
        return name.toString();
    }

    private static String digest(String userId) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(userId.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }
}
