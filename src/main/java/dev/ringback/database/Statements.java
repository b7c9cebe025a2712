package dev.ringback.database;

import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/// What was asked over one connection, in so few words that they hold no value: `insert call, update delivery`.
final class Statements {
    private static final Pattern FIRST_DEED = Pattern
            .compile("\\b(insert into|delete from|update|from)\\s+([a-z_]+)", Pattern.CASE_INSENSITIVE);
    private static final int MOST = 10;

    private final StringJoiner deeds = new StringJoiner(", ");
    private int count;

    void add(String sql) {
        if (count++ < MOST) {
            deeds.add(deed(sql));
        }
    }

    private static String deed(String sql) {
        var found = FIRST_DEED.matcher(sql);
        if (!found.find()) {
            return "select";
        }
        var verb = found.group(1).toLowerCase(Locale.ROOT);
        return (verb.equals("from") ? "select" : verb.split(" ", 2)[0]) + " "
                + found.group(2).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return deeds.toString();
    }
}
