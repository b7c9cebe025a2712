package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Finished calls pile up, and no query of the hot path or the sweeper looks at them.
@HandDriven
class IndexIntegrationTest {
    private static final int FINISHED_CALLS = 100_000;

    @Autowired
    private JdbcClient jdbc;

    /// Without the service's time limits.
    @Autowired
    @Qualifier("migrationDatabase")
    private DataSource patient;

    @BeforeEach
    void pileUp() {
        if (jdbc.sql("select count(*) from call where caller_id = 'caller-1'").query(Integer.class).single() > 0) {
            return;
        }
        var patiently = JdbcClient.create(patient);
        patiently.sql("""
                insert into call (call_id, version, state, reason, call_type, token_delivery, caller_id, caller_name,
                    room_id, glare, ring_timeout, created_at, changed_at, expires_at, ended_at)
                select uuidv7(), 1, 'ENDED', 'ENDED', 'VIDEO', 'ON_ACCEPT', 'caller-' || n % 500, 'name', 'room-' || n,
                    false, 45, now(), now(), now(), now()
                from generate_series(1, :n) n""").param("n", FINISHED_CALLS).update();
        // else the check of the foreign key may go on by a plan that was made when the table was empty
        patiently.sql("analyze call").update();
        patiently.sql("""
                insert into invitation (call_id, user_id, position, state, busy, live, expires_at, ignored_by)
                select call_id, 'called-' || (hashtext(call_id::text) & 511), 0, 'ACCEPTED', false, false, now(), '{}'
                from call""").update();
        patiently.sql("""
                insert into blocked_user (user_id, blocked_id, blocked_at)
                select 'called-' || n % 500, 'caller-' || n, now() from generate_series(1, 20000) n""").update();
        // as autovacuum would sooner or later: plans change with it
        patiently.sql("vacuum analyze call, invitation, blocked_user").update();
    }

    @Test
    void theSurveyBeforeACallReadsLivingCallsOnly() {
        uses(Survey.FIND.replace(":calledIds", "array['called-1', 'caller-1']")
                .replace(":caller", "'caller-1'")
                .replace(":ringing", "array['caller-1']")
                .replace(":now", "now()"), "call_live_caller", "invitation_live", "blocked_user_pkey");
    }

    @Test
    void theSweeperReadsDueCallsOnly() {
        uses("select call_id from call where due_at <= now() order by due_at limit 100 for update skip locked",
                "call_due");
    }

    @Test
    void activeCallsAreFoundWithoutTheFinishedOnes() {
        uses("""
                select call_id from call where caller_id = 'caller-1' and state in ('RINGING', 'ACCEPTED')
                union all select call_id from invitation where user_id = 'called-1' and live
                order by call_id desc limit 100""", "call_live_caller", "invitation_live");
    }

    @Test
    void aCallIsFoundByItsRoom() {
        uses("select call_id from call where room_id = 'room-77' order by call_id desc limit 1", "call_room");
    }

    @Test
    void historyReadsOnePage() {
        uses("""
                (select call_id from call where caller_id = 'caller-1' and call_id < uuidv7()
                  order by call_id desc limit 21)
                union all
                (select i.call_id from invitation i join call c on c.call_id = i.call_id
                  where i.user_id = 'called-49' and i.call_id < uuidv7() and i.silence is distinct from 'BLOCKED'
                  order by i.call_id desc limit 21)
                order by call_id desc limit 21""", "call_history", "invitation_history");
    }

    @Test
    void livingCallsAreListedWithoutTheFinishedOnes() {
        uses(CallRepository.READ_LIVING.replace(":before", "'" + new UUID(-1, -1) + "'").replace(":limit", "21"),
                "call_live_caller", "call_pkey", "invitation_pkey");
    }

    @Test
    void livingCallsAreCountedWithoutTheFinishedOnes() {
        uses(CallFigures.LIVE, "call_live_caller");
    }

    @Test
    void figuresReadTheNewestCallsOnly() {
        var now = Clock.systemUTC().instant();
        uses(CallFigures.RECENT.replace(":from", "'" + Calls.lowestIdAt(now.minusSeconds(900)) + "'")
                .replace(":to", "'" + Calls.lowestIdAt(now) + "'")
                .replace(":most", "2000")
                .replace(":seconds", "30"), "call_pkey", "invitation_pkey");
    }

    @Test
    void thePurgeFindsTheOldestByThePrimaryKey() {
        uses("""
                select call_id from call where call_id < '00000000-0000-7000-8000-000000000000'
                and state not in ('RINGING', 'ACCEPTED') order by call_id limit 500""", "call_pkey");
    }

    private void uses(String sql, String... indexes) {
        var plan = new ArrayList<String>();
        jdbc.sql("explain " + sql).query(row -> {
            plan.add(row.getString(1));
        });
        var text = String.join("\n", plan);
        assertThat(text).as(text).contains(List.of(indexes));
        assertThat(text).as(text).doesNotContain("Seq Scan on call", "Seq Scan on invitation");
    }
}
