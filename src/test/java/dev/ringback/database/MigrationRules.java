package dev.ringback.database;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a migration may not do to tables that are in use, since nodes of the version before go on working on them, and since
/// they wait while it works. Goes by how statements look: a reminder for whoever writes one.
final class MigrationRules {
    private static final Pattern CONTRACT = Pattern.compile("--\\s*contract:.*\\bsince\\s+v?\\d");
    private static final Pattern NEW_TABLE = Pattern.compile("^create table (?:if not exists )?(\\w+)");
    private static final Pattern ALTER = Pattern.compile("^alter table (?:if exists )?(?:only )?(\\w+) (.*)");
    private static final Pattern TABLE = Pattern
            .compile("^(?:alter table |create (?:unique )?index .*?\\bon |update |delete from |truncate )(\\w+)");

    private record Harm(Pattern pattern, String what) {
        Harm(String pattern, String what) {
            this(Pattern.compile(pattern), what);
        }
    }

    private static final List<Harm> HARMS = List.of(
            new Harm("^drop (?!index )", "drops what the last version may use"),
            new Harm("^(?:drop|create(?: unique)?) index (?!concurrently )", "holds up everybody who writes"),
            new Harm("^alter table \\w+ drop constraint ", "drops a constraint"),
            new Harm("^alter table \\w+ drop (?!constraint )", "drops a column"),
            new Harm("^alter .* rename ", "renames"),
            new Harm("^alter table \\w+ alter .* type ", "writes the whole table anew"),
            new Harm("^alter table \\w+ alter .* set not null",
                    "reads the whole table, and older nodes may write nulls"),
            new Harm("^alter table \\w+ add (?!.* default ).* (?:not null|primary key)",
                    "is not filled by older nodes"),
            new Harm("^alter table \\w+ add .*(?:serial\\b| default \\w+\\(| generated )", "is filled row by row"),
            new Harm("^alter table \\w+ add (?:constraint \\w+ )?(?:check|foreign key)\\b(?!.* not valid)",
                    "reads the whole table: add it not valid"),
            new Harm("^alter table \\w+ add (?:constraint \\w+ )?(?:primary key|unique|exclude)\\b(?!.* using index)",
                    "makes an index, which holds up everybody"),
            new Harm("^(?:update|delete|truncate) ", "changes rows in one transaction, as many as there are"),
            new Harm("^(?:cluster|vacuum full|reindex|lock)\\b", "holds up everybody"),
            new Harm("^do ", "cannot be looked through"));

    private MigrationRules() {}

    /// What breaks the rules, as `why: statement`. Tables that the migration makes itself are nobody's yet, and what names the
    /// version since which nobody uses it (`-- contract: … since 0.4`) may go.
    static List<String> broken(String migration) {
        var made = new HashSet<String>();
        var broken = new ArrayList<String>();
        for (var statement : statements(migration)) {
            var sql = plain(statement);
            var table = NEW_TABLE.matcher(sql);
            if (table.find()) {
                made.add(table.group(1));
            } else if (!CONTRACT.matcher(statement).find()) {
                steps(sql).filter(step -> !isOn(made, step)).flatMap(MigrationRules::harms).forEach(broken::add);
            }
        }
        return broken;
    }

    private static Stream<String> harms(String step) {
        return HARMS.stream().filter(harm -> harm.pattern.matcher(step).find()).map(harm -> harm.what + ": " + step);
    }

    private static boolean isOn(Set<String> made, String step) {
        var table = TABLE.matcher(step);
        return table.find() && made.contains(table.group(1));
    }

    /// Each with the comments before it; what stands between `$$` stays whole.
    private static List<String> statements(String migration) {
        return Pattern.compile("(?:--[^\n]*|'[^']*'|\\$\\$.*?\\$\\$|[^;])+", Pattern.DOTALL)
                .matcher(migration)
                .results()
                .map(part -> part.group())
                .toList();
    }

    private static String plain(String statement) {
        return statement.replaceAll("--[^\n]*", "")
                .replaceAll("'[^']*'", "''")
                .replaceAll("\\s+", " ")
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /// One `alter table` may do several things; commas within brackets separate others.
    private static Stream<String> steps(String sql) {
        var alter = ALTER.matcher(sql);
        return alter.find()
                ? Stream.of(alter.group(2).split(",(?![^(]*\\))"))
                        .map(step -> "alter table " + alter.group(1) + " " + step.strip())
                : Stream.of(sql);
    }
}
