package dev.ringback.identity;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes what one user wrote safe to show on another's lock screen.
public final class SafeText {
    private static final int MAX_NAME_LENGTH = 100;
    /// Control characters, and the invisible ones (Unicode category Cf and unpaired surrogates) that turn text around or
    /// hide a part of it. The joiner U+200D stays: family emoji are made with it.
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}[\\p{Cf}&&[^\\x{200D}]]]");

    private SafeText() {}

    /// A display name: as [#clean], at most 100 code points.
    public static @Nullable String name(@Nullable String text) {
        return clean(text, MAX_NAME_LENGTH);
    }

    /// The text without control and bidirectional characters, trimmed, at most `maxLength` code points; null when nothing
    /// is left of it.
    public static @Nullable String clean(@Nullable String text, int maxLength) {
        if (text == null) {
            return null;
        }
        var cleaned = UNSAFE.matcher(text).replaceAll("").strip();
        return cleaned.isEmpty() ? null : cut(cleaned, maxLength);
    }

    private static String cut(String text, int codePoints) {
        return text.codePointCount(0, text.length()) <= codePoints
                ? text
                : text.substring(0, text.offsetByCodePoints(0, codePoints)).stripTrailing();
    }
}
