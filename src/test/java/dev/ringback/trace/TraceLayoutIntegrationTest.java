package dev.ringback.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.ringback.support.Chromium;
import dev.ringback.support.IntegrationTest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/// How the picture is laid out and what its sentences say, asked of the page's own modules.
@IntegrationTest
@EnabledIf(value = Chromium.IS_THERE_OR_MUST_BE, disabledReason = "no /usr/bin/chromium: apt-get install chromium")
class TraceLayoutIntegrationTest {
    /// `at(ms)` is a time, `trace(devices)` a call to bob's devices: the first rings and answers, of the others each
    /// sixth came to the same end.
    private static final String RECORDS = """
            const at = ms => new Date(Date.parse('2026-03-01T12:00:00Z') + ms).toISOString();
            const attempt = (ms, outcome, took) => ({ at: at(ms), channel: 'fcm', platform: 'android', token: '…oken',
              outcome, took_ms: took });
            const ENDS = [
              { state: 'sent', attempts: [attempt(16, 'delivered', 96)] },
              { state: 'failed', code: 'UNREGISTERED', attempts: [attempt(16, 'dead_token', 120)] },
              { state: 'failed', code: 'channel_off', attempts: [] },
              { state: 'dropped', code: 'overtaken', attempts: [attempt(16, 'try_later', 1500), attempt(2600, 'try_later', 40)] },
              { state: 'failed', code: 'THIRD_PARTY_AUTH_ERROR', attempts: [attempt(17, 'refused', 0)] },
              { state: 'sent', attempts: [attempt(16, 'delivered', 60), attempt(4016, 'delivered', 55), attempt(8016, 'delivered', 55)] },
            ];
            const trace = devices => ({
              received_at: at(0), created_at: at(13), called: [{ user_id: 'bob', rang: true, because: 'It rang.', devices: [] }],
              call: { call_id: 'c', state: 'ended', reason: 'ended', caller_id: 'alice', caller_name: 'Alice',
                invitations: [{ user_id: 'bob', state: 'accepted', ringing_at: at(312), answered_at: at(4210) }],
                expires_at: at(45013), answered_at: at(4210), ended_at: at(64210) },
              steps: [
                { at: at(9), step: 'room_made', took_ms: 6 }, { at: at(14), step: 'committed', user_id: 'bob' },
                { at: at(15), step: 'told_sockets', user_id: 'bob', detail: '2 sockets' },
                { at: at(21), step: 'token_issued', user_id: 'alice', took_ms: 5 },
                { at: at(312), step: 'rings', user_id: 'bob', device_id: 'device-0' },
                { at: at(4210), step: 'accepted', user_id: 'bob', device_id: 'device-0' },
                { at: at(64210), step: 'ended', user_id: 'alice' },
              ],
              deliveries: Array.from({ length: devices }, (_, i) => ({ user_id: 'bob', device_id: `device-${i}`,
                  type: 'incoming_call', created_at: at(14), ...ENDS[i % 6] })).flatMap((ring, i) => i % 6 ? [ring] : [ring,
                  { ...ring, type: 'call_answered_elsewhere', created_at: at(4211), attempts: [attempt(4211, 'delivered', 5)] }]),
            });
            """;
    /// `overlaps(picture)` names marks of a row, rows, ticks and flags that stand on each other or outside.
    private static final String OVERLAPS = """
            const overlaps = p => {
              const found = [];
              p.rows.forEach((row, i) => {
                if (i > 0 && row.y < p.rows[i - 1].y + p.rows[i - 1].height) found.push(`rows ${row.label}`);
                row.marks.forEach((a, j) => {
                  if (!(a.x >= p.left - 8 && a.end <= p.right + 1)) found.push(`outside ${a.text}`);
                  if (!(a.y - 8 >= row.y && a.y + 8 <= row.y + row.height)) found.push(`off its row ${a.text}`);
                  row.marks.slice(j + 1).filter(b => Math.abs(a.y - b.y) < 16 && a.x < b.end && b.x < a.end)
                      .forEach(b => found.push(`${a.text} | ${b.text}`));
                });
              });
              p.ticks.forEach((tick, i) => i > 0 && tick.x - p.ticks[i - 1].x < 3.3 * (tick.label.length + p.ticks[i - 1].label.length) && found.push(`tick ${tick.label}`));
              const box = l => ({ from: l.anchor === 'end' ? l.x - 7 * l.label.length : l.x,
                to: l.anchor === 'end' ? l.x : l.x + 7 * l.label.length, y: l.y });
              p.lines.map(box).forEach((a, i, all) => all.slice(i + 1)
                  .filter(b => a.y === b.y && a.from < b.to && b.from < a.to).forEach(() => found.push('flags')));
              return found.join('; ');
            };
            """;

    private static TraceBrowser browser;

    @LocalServerPort
    private int port;

    private Page page;

    @BeforeAll
    static void startBrowser() {
        browser = new TraceBrowser();
    }

    @AfterAll
    static void stopBrowser() {
        browser.close();
    }

    @BeforeEach
    void openPage() {
        var origin = "http://localhost:" + port;
        page = browser.page(origin, 1_280);
        page.navigate(origin + "/trace/" + UUID.randomUUID());
    }

    @AfterEach
    void closePage() {
        page.context().close();
        assertThat(browser.complaints()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 680", "20, 680", "1, 1200", "20, 1200", "20, 1900"})
    void nothingStandsOnAnything(int devices, int width) {
        assertThat(evaluate("overlaps(layout(trace(%d), %d))".formatted(devices, width))).isEqualTo("");
        assertThat(evaluate("layout(trace(%d), %d).rows.filter(row => row.label.startsWith('device-')).length"
                .formatted(devices, width))).isEqualTo(devices);
    }

    @Test
    void marksAtOneMomentStandBelowEachOther() {
        assertThat(evaluate(
                """
                        (() => {
                          const one = trace(1);
                          one.deliveries[0].attempts = Array.from({ length: 5 }, () => attempt(16, 'delivered', 50));
                          const row = layout(one, 1200).rows.find(r => r.label === 'device-0');
                          return [overlaps(layout(one, 1200)), row.height > layout(trace(1), 1200).rows.find(r => r.label === 'device-0').height,
                            row.marks.length];
                        })()"""))
                .isEqualTo(List.of("", true, 8));
    }

    @Test
    void theSameTraceGivesTheSamePicture() {
        assertThat(evaluate("""
                (() => {
                  const one = trace(20);
                  const before = JSON.stringify(one);
                  const first = JSON.stringify(layout(one, 900));
                  return first === JSON.stringify(layout(one, 900)) && before === JSON.stringify(one);
                })()""")).isEqualTo(true);
    }

    @Test
    void whatIsEarlierStandsFurtherLeft() {
        assertThat(evaluate("""
                (() => {
                  const { x } = axis(45000, 100, 1000);
                  const moments = [0, 1, 2, 5, 10, 99, 100, 1000, 5000, 44000, 45000].map(x);
                  return moments.every((m, i) => i === 0 ? m === 100 : m > moments[i - 1]) && moments.at(-1) <= 1000
                      && x(5) - x(0) > 50;
                })()""")).isEqualTo(true);
    }

    @Test
    void marksStandWhereTheirTimeIs() {
        assertThat(evaluate("""
                (() => {
                  const p = layout(trace(1), 1200);
                  const answer = p.lines.find(line => line.kind === 'answer');
                  const row = p.rows.find(r => r.label === 'device-0');
                  const accepted = row.marks.find(m => m.shape === 'accepted');
                  const push = row.marks.find(m => m.shape === 'delivered' && m.ring);
                  return [Math.abs((accepted.x + accepted.end) / 2 - answer.x) < 0.01, push.at, push.took,
                    row.marks.filter(m => !m.ring).length, p.ticks.map(t => t.label).join(' ')];
                })()""")).isEqualTo(List.of(true, 16, 96, 1, "0 1 ms 10 ms 100 ms 1 s 10 s 1 min"));
    }

    @Test
    void aDeviceThatWokeShowsWhenAndHowLongThatTook() {
        assertThat(evaluate(
                """
                        (() => {
                          const one = trace(3);
                          one.deliveries.filter(d => d.type === 'incoming_call').forEach((ring, i) => Object.assign(ring,
                            [{ woke_at: at(2116), wake_ms: 2100 }, { woke_at: at(90), wake_ms: null }, { woke_at: null, wake_ms: null }][i]));
                          const p = layout(one, 1200);
                          const rows = ['device-0', 'device-1', 'device-2'].map(label => p.rows.find(r => r.label === label));
                          return [overlaps(p), ...rows.flatMap(row => [row.full,
                            row.marks.filter(m => m.shape === 'awake').map(m => m.text).join()])];
                        })()"""))
                .isEqualTo(List.of("", "device-0: rings at 312 ms, awake in 2.10 s",
                        "App awake, 2.10 s after its push was sent, at 2.12 s", "device-1: failed: UNREGISTERED",
                        "App awake, at 90 ms", "device-2: failed: channel off", ""));
    }

    @Test
    void everythingAtZero() {
        assertThat(evaluate(
                """
                        (() => {
                          const none = trace(2);
                          const text = JSON.stringify(none).replace(/2026-03-01T[^"]+/g, at(0)).replace(/"took_ms":[0-9]+/g, '"took_ms":0');
                          return overlaps(layout(JSON.parse(text), 900));
                        })()"""))
                .isEqualTo("");
    }

    @Test
    void whatHasNoTimeIsLeftOut() {
        assertThat(evaluate("""
                (() => {
                  const some = trace(2);
                  some.call.expires_at = null; some.call.answered_at = undefined; some.call.ended_at = 'never';
                  some.steps.forEach(s => { delete s.at; });
                  some.deliveries[0].attempts[0].at = null; delete some.deliveries.at(-1).attempts[0].took_ms;
                  const p = layout(some, 900);
                  return [overlaps(p), p.lines.length, p.rows.flatMap(r => r.marks).map(m => m.shape).join(' '),
                    JSON.stringify(p).includes('null')];
                })()""")).isEqualTo(List.of("", 0, "request delivered dead_token", false));
    }

    @Test
    void aCallUnderWay() {
        assertThat(evaluate(
                """
                        (() => {
                          const live = trace(0);
                          live.call = { ...live.call, state: 'ringing', answered_at: null, ended_at: null,
                            invitations: [{ user_id: 'bob', state: 'ringing' }] };
                          live.steps = [{ at: at(9), step: 'room_made', took_ms: 6 }];
                          live.deliveries = [{ user_id: 'bob', device_id: 'phone', type: 'incoming_call', created_at: at(14),
                            state: 'sending', attempts: [] }];
                          const p = layout(live, 900);
                          return [overlaps(p), p.lines.map(l => l.label).join(), p.rows.at(-1).note, p.rows.at(-1).marks[0].shape];
                        })()"""))
                .isEqualTo(List.of("", "deadline 45.0 s", "sending", "waiting"));
    }

    @Test
    void aBrokerHasARowOfItsOwn() {
        assertThat(evaluate(
                """
                        (() => {
                          const live = trace(0);
                          live.deliveries = [{ user_id: 'bob', device_id: null, broker: 'mqtt', type: 'incoming_call', created_at: at(14),
                            state: 'failed', code: 'nobody', attempts: [{ ...attempt(16, 'unheard', 3), channel: 'mqtt' }] }];
                          const p = layout(live, 900);
                          const row = p.rows.find(r => r.label === 'mqtt');
                          return [overlaps(p), row.marks[0].shape, row.marks[0].text.includes('nobody listens')];
                        })()"""))
                .isEqualTo(List.of("", "unheard", true));
    }

    @Test
    void whereTheRoomCameFrom() {
        assertThat(evaluate(
                """
                        [{ step: 'room_made', took_ms: 6 }, { step: 'room_used_again', took_ms: 6 }, { step: 'room_was_ready' }].map(had => {
                          const p = layout({ ...trace(1), steps: [{ at: at(9), ...had }] }, 900);
                          const room = p.rows.find(row => row.label === 'Room');
                          return `${room.note} ${room.marks.map(mark => mark.bar > 0)} ${overlaps(p)}`;
                        })"""))
                .isEqualTo(List.of("made in 6 ms true ", "used again true ", "made ahead false "));
    }

    @Test
    void longNamesAreCutToTheirColumn() {
        assertThat(evaluate(
                """
                        (() => {
                          const named = name => JSON.parse(JSON.stringify(trace(1)).replaceAll('device-0', name).replaceAll('"bob"', `"${name}"`));
                          return ['W'.repeat(200), '👩‍👩‍👧‍👦'.repeat(40), 'שלום '.repeat(40), '<b>'.repeat(60)].map(name => {
                            const p = layout(named(name), 900);
                            return p.rows.every(r => textWidth(r.label) <= (r.heading ? 300 : p.left - 8)
                                && textWidth(r.note) + r.noteX <= 900) && p.rows.at(-1).label.endsWith('…')
                                && p.rows.at(-1).full.startsWith(name.slice(0, 100)) && overlaps(p) === '';
                          }).join();
                        })()"""))
                .isEqualTo("true,true,true,true");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                           | bob’s phone rang 312 ms after the request; the answer came after 4.21 s. The call ended after 1 min 4 s.
            {ended_at: null, state: 'accepted'}                          | bob’s phone rang 312 ms after the request; the answer came after 4.21 s.
            {glare: true, ended_at: null}                                | Alice and bob called each other, and were connected after 4.21 s.
            {state: 'ringing', invitations: [leg('ringing', 312)]}       | bob’s phone rang 312 ms after the request; no answer yet.
            {state: 'ringing', invitations: [leg('ringing')]}            | The call was made, and nothing rings yet for bob.
            {state: 'rejected', reason: 'declined', invitations: [leg('rejected', 312, 2000)]} | bob declined after 2.00 s.
            {state: 'rejected', reason: 'busy', invitations: [leg('rejected')]} | bob did not take the call: busy with another one.
            {state: 'cancelled', reason: 'timeout', invitations: [leg('missed', 312)]} | bob did not answer within 45.0 s. The first phone rang 312 ms after the request.
            {state: 'cancelled', reason: 'timeout', invitations: [leg('missed')]} | bob did not answer within 45.0 s. No phone rang.
            {state: 'cancelled', reason: 'caller', ended_at: at(9000), invitations: [leg('cancelled')]} | Alice cancelled the call after 9.00 s, before bob answered. No phone rang.
            {state: 'cancelled', reason: 'unreachable', invitations: [leg('missed')]} | bob could not be reached on any device.
            {state: 'cancelled', reason: 'unreachable', invitations: ['a','b','c','d','e'].map(user_id => ({user_id}))} | a, b, c and 2 more could not be reached on any device.
            """)
    void theHeadlineSaysWhatBecameOfTheCall(String call, String sentence) {
        assertThat(evaluate("""
                (() => {
                  const leg = (state, rang, answered) => ({ user_id: 'bob', state, ringing_at: rang && at(rang),
                    answered_at: answered && at(answered) });
                  const one = trace(1);
                  one.call = { ...one.call, ...%s };
                  return headline(one).map(part => part.name ?? part).join('');
                })()""".formatted(call))).isEqualTo(sentence);
    }

    private Object evaluate(String expression) {
        return page.evaluate("""
                async () => {
                  const { layout } = await import('/trace/assets/layout.js');
                  const { textWidth } = await import('/trace/assets/text.js');
                  const { axis } = await import('/trace/assets/axis.js');
                  const { headline } = await import('/trace/assets/words.js');
                """ + RECORDS + OVERLAPS + "return " + expression + ";}");
    }
}
