package dev.ringback.database;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Rows as arrays of their columns: how many rows go to PostgreSQL as one statement, which takes them apart by `unnest`.
public final class Columns {
    private Columns() {}

    /// One value of each row, as text: PostgreSQL reads every type from it.
    public static <T> @Nullable String[] of(List<T> rows, Function<T, @Nullable Object> value) {
        return rows.stream().map(value).map(v -> v == null ? null : v.toString()).toArray(String[]::new);
    }
}
