package dev.ringback.web;

import java.util.Locale;
import java.util.regex.Pattern;

/// From Java's names to the API's.
final class Names {
    private static final Pattern INNER_CAPITAL = Pattern.compile("([a-z0-9])([A-Z])");

    private Names() {}

    static String snakeCase(String name) {
        return INNER_CAPITAL.matcher(name).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
    }
}
