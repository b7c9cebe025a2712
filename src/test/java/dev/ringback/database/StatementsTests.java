package dev.ringback.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StatementsTests {

    @Test
    void aStatementIsToldByWhatItDoesFirstToWhichTable() {
        assertThat(summary("select * from call where call_id = ?")).isEqualTo("select call");
        assertThat(summary(
                "with written as (update call c set state = ? where c.call_id = ?) select count(*) from written"))
                .isEqualTo("update call");
        assertThat(summary("INSERT INTO delivery (a) values (?)")).isEqualTo("insert delivery");
        assertThat(summary("delete from used_room", "select pg_advisory_xact_lock(?)"))
                .isEqualTo("delete used_room, select");
    }

    @Test
    void ofALongTransactionTheBeginningIsEnough() {
        var many = new String[1_000];
        Arrays.fill(many, "select * from call");
        assertThat(summary(many)).hasSizeLessThan(200);
    }

    private static String summary(String... statements) {
        var summary = new Statements();
        for (var statement : statements) {
            summary.add(statement);
        }
        return summary.toString();
    }
}
