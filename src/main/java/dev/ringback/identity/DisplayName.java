package dev.ringback.identity;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes a name safe to show on a stranger's lock screen.
public final class DisplayName {
    /// In code points.
    public static final int MAX_LENGTH = 100;
    /// Control characters, and the invisible ones (Unicode category Cf and unpaired surrogates) that turn text around
    /// or hide a part of it. The joiner U+200D stays: family emoji are made with it.
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}[\\p{Cf}&&[^\\x{200D}]]]");

    private DisplayName() {}

    /// The name without control and bidirectional characters, trimmed, at most [#MAX_LENGTH] code points; null when
    /// nothing is left of it.
    public static @Nullable String clean(@Nullable String name) {
        if (name == null) {
            return null;
        }
        var cleaned = UNSAFE.matcher(name).replaceAll("").strip();
        return cleaned.isEmpty() ? null : cut(cleaned, MAX_LENGTH);
    }

    private static String cut(String text, int codePoints) {
        return text.codePointCount(0, text.length()) <= codePoints
                ? text
                : text.substring(0, text.offsetByCodePoints(0, codePoints)).stripTrailing();
    }
}
