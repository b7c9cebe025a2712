package dev.ringback.database;

import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.SqlParameterValue;

/// Rows as a `values` list in a statement's text. PostgreSQL plans a single row as if its values stood there by themselves,
/// which it does not do with [Columns]. The text grows with the rows, so what is always written in batches has its columns there.
///
/// @param <T> what a row is made of
public final class Values<T> {
    private final String alias;
    private final List<Column<T>> columns;
    private final String names;
    private final String row;

    private Values(String alias, List<Column<T>> columns) {
        this.alias = alias;
        this.columns = columns;
        this.names = columns.stream().map(Column::name).collect(Collectors.joining(", "));
        this.row = columns.stream().map(column -> "?::" + column.type()).collect(Collectors.joining(", ", "(", ")"));
    }

    /// @param type as in SQL, since PostgreSQL takes what stands in such a list for text
    private record Column<T>(String name, String type, Function<T, @Nullable Object> value) {

        /// The driver takes a text and its absence for two types, and has a prepared statement planned anew whenever one
        /// follows the other: so a column of text says what it is. Times are of no type to it, as their absence is.
        @Nullable
        Object parameter(T row) {
            var sql = sql(value.apply(row));
            return type.equals("text") ? new SqlParameterValue(Types.VARCHAR, sql) : sql;
        }
    }

    /// A list of rows without columns yet.
    ///
    /// @param alias what it is called in the statement
    public static <T> Values<T> as(String alias) {
        return new Values<>(alias, List.of());
    }

    /// The same with one more column.
    public Values<T> with(String name, String type, Function<T, @Nullable Object> value) {
        var more = new ArrayList<>(columns);
        more.add(new Column<>(name, type, value));
        return new Values<>(alias, List.copyOf(more));
    }

    /// The list for `from`, with a parameter for each value; the values are added to `parameters` in their order.
    ///
    /// @param rows at least one; the protocol allows 65,535 parameters in all
    public String list(List<T> rows, List<@Nullable Object> parameters) {
        for (var each : rows) {
            columns.forEach(column -> parameters.add(column.parameter(each)));
        }
        return rows.stream().map(_ -> row).collect(Collectors.joining(", ", "(values ", ") as " + alias + " ("))
                + names + ")";
    }

    /// The columns' names.
    public String names() {
        return names;
    }

    /// What `update` sets: every column but those named.
    ///
    /// @param source where the values are: the list's alias, or `excluded`
    public String assignments(String source, String... except) {
        var left = List.of(except);
        return columns.stream()
                .map(Column::name)
                .filter(name -> !left.contains(name))
                .map(name -> name + " = " + source + "." + name)
                .collect(Collectors.joining(", "));
    }

    private static @Nullable Object sql(@Nullable Object value) {
        return switch (value) {
            case Instant instant -> Timestamp.from(instant);
            case Enum<?> constant -> constant.name();
            case null, default -> value;
        };
    }
}
