package dev.ringback.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Migrations run beside nodes of the version before (docs/migrations.md).
class MigrationRulesTests {
    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");
    private static final Path SOURCES = Path.of("src/main/java");

    /// Those that were there before there were rules, and may not be changed any more: why each of them does no harm.
    private static final List<String> KNOWN = List.of(
            // the trigger before it does what the constraint did
            "V5__foreign_calls.sql: drops a constraint: alter table delivery drop constraint delivery_call_id_fkey");

    static final List<String> HARMFUL = List.of(
            "drop table call", "drop index call_room", "alter table call drop column custom",
            "alter table call rename to calls", "alter table call rename column custom to extra",
            "alter table call alter column custom type jsonb", "alter table call alter custom set data type jsonb",
            "alter table call alter column room_id set not null", "alter table call add column extra text not null",
            "alter table call add column extra bigserial",
            "alter table call add column extra uuid default gen_random_uuid()",
            "alter table call add check (version > 0)", "alter table call add constraint sane check (version > 0)",
            "alter table call add primary key (call_id)", "alter table delivery drop constraint delivery_pkey",
            "create index call_age on call (created_at)", "create unique index call_age on call (created_at)",
            "update call set custom = '{}'", "delete from call", "truncate call", "cluster call", "vacuum full call",
            "lock table call", "create table kept (id uuid);\nalter table call drop column custom",
            "do $$ begin alter table call drop column custom; end $$",
            "alter table call\n    add column extra text,\n    drop column custom",
            // says that it contracts, but not since when nothing uses it
            "-- contract:\nalter table call drop column custom");

    static final List<String> HARMLESS = List.of(
            "create table kept (id uuid not null primary key);\ncreate index kept_id on kept (id)",
            "alter table call add column extra text", "alter table call add column extra integer not null default 0",
            "alter table call add column extra text not null default 'a; drop table b'",
            "alter table call add constraint sane check (version > 0) not valid",
            "alter table call validate constraint sane", "create index concurrently call_age on call (created_at)",
            "drop index concurrently if exists call_age",
            "alter table call set (autovacuum_vacuum_scale_factor = 0.01)",
            "-- drop table call\nset lock_timeout = 0",
            "-- contract: no version since 0.4 reads or writes it\nalter table call drop column custom",
            "alter table call alter column custom drop not null",
            "alter table call alter column glare set default false");

    static List<Path> migrations() throws IOException {
        try (var files = Files.list(MIGRATIONS)) {
            return files.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("migrations")
    void theLastVersionGoesOnBesideIt(Path migration) throws IOException {
        assertThat(MigrationRules.broken(Files.readString(migration)))
                .allSatisfy(harm -> assertThat(KNOWN).contains(migration.getFileName() + ": " + harm));
    }

    @ParameterizedTest
    @FieldSource("HARMFUL")
    void findsWhatDoesHarm(String sql) {
        assertThat(MigrationRules.broken(sql)).isNotEmpty();
    }

    @ParameterizedTest
    @FieldSource("HARMLESS")
    void letsPassWhatDoesNone(String sql) {
        assertThat(MigrationRules.broken(sql)).isEmpty();
    }

    /// A new column changes what `*` stands for, and PostgreSQL refuses a prepared statement whose result has changed: once for
    /// each connection, and in a transaction nothing heals it.
    @Test
    void noStatementAsksForAllColumnsOfATable() throws IOException {
        try (var files = Files.walk(SOURCES)) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))).allSatisfy(
                    file -> assertThat(Files.readString(file)).doesNotContainPattern(
                            "(?i)select\\s+(?:[a-z]\\.)?\\*\\s+from\\s+(?!unnest)|returning\\s+(?:[a-z]\\.)?\\*"
                                    + "|\\b(?!l\\.)[a-z]\\.\\*,"));
        }
    }
}
