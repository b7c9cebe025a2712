package dev.ringback.support;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import okio.ByteString;

/// An HTTP answer as a fuzzer writes it, and a human can read it: a line with the status, a line with the `Retry-After`
/// header, and the body.
public record FuzzedAnswer(int status, String retryAfter, ByteString body) {

    public static FuzzedAnswer of(byte[] data) {
        int first = end(data, 0);
        int second = end(data, first + 1);
        return new FuzzedAnswer(status(text(data, 0, first)), text(data, first + 1, second),
                ByteString.of(Arrays.copyOfRange(data, Math.min(second + 1, data.length), data.length)));
    }

    private static int end(byte[] data, int from) {
        int end = from;
        while (end < data.length && data[end] != '\n') {
            end++;
        }
        return Math.min(end, data.length);
    }

    private static String text(byte[] data, int from, int to) {
        return from >= to ? "" : new String(data, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /// What an HTTP client lets through; anything else it refuses itself.
    private static int status(String text) {
        return text.matches("[2-9]\\d\\d") ? Integer.parseInt(text) : 400;
    }
}
