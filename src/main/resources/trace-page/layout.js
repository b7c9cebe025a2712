/**
 * Lays a trace out as rows of marks: a pure function, so that the same trace always gives the same picture.
 *
 * Marks of a row that would overlap stand below each other: the row grows.
 */
import { axis } from './axis.js';
import { cut, textWidth } from './text.js';
import { awake, duration, outcome, since, standing, step, target, told } from './words.js';

const GLYPH = 14;
const GAP = 4;
const LANE = 20;
const ROW_PADDING = 8;
const HEADING = 30;
const TOP = 50;
const FLAG = 16;
/** How much wider the headings' letters are. */
const BOLD = 1.15;

/**
 * @typedef {object} Mark
 * @property {string} shape what it is: `request`, `committed`, `room`, `token`, `token_failed`, `told`, `rings`, `awake`, `accepted`,
 *   `rejected`, `withdrawn`, `ended`, `delivered`, `try_later`, `refused`, `dead_token`, `failed`, `dropped`, `waiting`
 * @property {boolean} ring false for a stop or a missed call
 * @property {number} at milliseconds from the request
 * @property {number} took its length in milliseconds
 * @property {number} x where it begins
 * @property {number} bar the length of its bar; 0 where it has none
 * @property {number} end where the glyph after the bar ends
 * @property {number} y the middle of its lane
 * @property {string} text what it says
 *
 * @typedef {object} Row
 * @property {boolean} heading a user's heading, over the whole width
 * @property {string} label cut to its column
 * @property {string} note cut to its column
 * @property {number} noteX where the note begins
 * @property {string} full what label and note say uncut
 * @property {number} y where it begins
 * @property {number} height
 * @property {Mark[]} marks
 *
 * @typedef {object} Picture
 * @property {number} width
 * @property {number} height
 * @property {number} left where the axis begins
 * @property {number} right where the axis ends
 * @property {number} top where the rows begin
 * @property {Row[]} rows
 * @property {{x: number, label: string}[]} ticks
 * @property {{x: number, y: number, anchor: 'start'|'end', kind: string, label: string}[]} lines vertical, with a label
 *   at `y`
 */

/**
 * @param {object} trace as the service gives it; members that are missing leave their marks out
 * @param {number} width of the picture
 * @returns {Picture}
 */
export function layout(trace, width) {
  const left = Math.round(width * 0.17);
  const right = Math.round(width * 0.78);
  const drafts = rows(trace);
  const flags = moments(trace);
  const last = Math.max(1, ...flags.map(flag => flag.at),
      ...drafts.flatMap(row => row.marks).map(mark => mark.at + mark.took));
  const { x, ticks } = axis(last, left, right - GLYPH);
  const lines = flagged(flags, x, left, right);
  const top = TOP + FLAG * Math.max(0, ...lines.map(line => line.lane));
  let y = top;
  const placed = drafts.map(draft => {
    const row = place(draft, { x, y, left, right, width });
    y += row.height;
    return row;
  });
  return {
    width, height: y + 8, left, right, top, ticks, rows: placed,
    lines: lines.map(({ lane, ...line }) => ({ ...line, y: 14 + FLAG * lane })),
  };
}

function rows(trace) {
  return [
    ...service(trace),
    ...trace.call.invitations.flatMap(leg => user(trace, leg.user_id)),
  ].map(row => ({ ...row, marks: row.marks.filter(mark => mark.at !== null) }));
}

const had = room => ({ room_made: `made in ${duration(room.took_ms ?? null)}`, room_was_ready: 'made ahead' })[room.step]
  ?? 'used again';

function service(trace) {
  const steps = word => trace.steps.filter(s => s.step === word);
  const room = [...steps('room_made'), ...steps('room_used_again'), ...steps('room_was_ready')];
  const tokens = [...steps('token_issued'), ...steps('token_failed')];
  const ends = trace.steps.filter(s => ['accepted', 'rejected', 'withdrawn', 'ended'].includes(s.step));
  const committed = once(steps('committed'));
  return [
    { ...heading('Service', ''), marks: [] },
    row('Request', committed.length > 0 ? `written down at ${duration(since(trace, committed[0].at))}` : '', [
      mark('request', 0, 0, 'The request was read'),
      ...committed.map(s => point(trace, 'committed', s)),
    ]),
    row('Room', room.map(had).join(', '),
        room.map(s => span(trace, 'room', s))),
    row('Room tokens', tokens.map(s => s.step === 'token_failed' ? 'failed' : `in ${duration(s.took_ms ?? null)}`).join(', '),
        tokens.map(s => span(trace, s.step === 'token_failed' ? 'token_failed' : 'token', s))),
    row('Answer and end', ends.length === 0 ? '' : `${step(ends.at(-1).step).toLowerCase()} at `
        + duration(since(trace, ends.at(-1).at)), once(ends).map(s => point(trace, s.step, s))),
  ];
}

function user(trace, userId) {
  const own = trace.steps.filter(s => s.user_id === userId);
  const deliveries = trace.deliveries.filter(d => d.user_id === userId);
  const why = trace.called.find(one => one.user_id === userId);
  const devices = [...new Set([...deliveries.map(target),
    ...own.filter(s => s.device_id && ['rings', 'accepted'].includes(s.step)).map(s => s.device_id)])];
  const sockets = own.filter(s => s.step === 'told_sockets');
  const nameless = own.filter(s => s.step === 'rings' && !s.device_id);
  return [
    { ...heading(userId, why?.because ?? ''), marks: [] },
    row('Open sockets', sockets.length === 0 ? '' : `${parseInt(sockets.at(-1).detail, 10) || 0} told`, [
      ...sockets.map(s => point(trace, 'told', s)), ...nameless.map(s => point(trace, 'rings', s))]),
    ...devices.map(device => deviceRow(trace, device, own.filter(s => s.device_id === device),
        deliveries.filter(d => target(d) === device))),
  ];
}

function deviceRow(trace, device, steps, deliveries) {
  const ring = deliveries.findLast(d => d.type === 'incoming_call');
  const said = steps.filter(s => s.step === 'rings');
  const answers = steps.filter(s => s.step === 'accepted');
  const woke = deliveries.filter(d => d.woke_at).map(d => mark('awake', since(trace, d.woke_at), 0, awake(d)));
  const heard = said.length === 0
    ? deliveries.filter(d => d.acknowledged_at && !d.woke_at)
        .map(d => point(trace, 'rings', { step: 'rings', at: d.acknowledged_at }))
    : [];
  const note = [said.length > 0 ? `rings at ${duration(since(trace, said[0].at))}` : ring ? unheard(ring) : 'by socket',
    ...Number.isFinite(ring?.wake_ms) ? [`awake in ${duration(ring.wake_ms)}`] : []].join(', ');
  return row(device, note, [
    ...deliveries.flatMap(d => delivered(trace, d)),
    ...said.map(s => point(trace, 'rings', s)), ...heard, ...woke,
    ...answers.map(s => point(trace, 'accepted', s)),
  ]);
}

function unheard(ring) {
  return ring.state === 'sent' && !ring.code && !ring.acknowledged_at ? 'sent, not acknowledged' : standing(ring);
}

function delivered(trace, delivery) {
  const ring = delivery.type === 'incoming_call';
  const attempts = delivery.attempts.map((attempt, i) => ({
    ...mark(attempt.outcome, since(trace, attempt.at), attempt.took_ms ?? 0,
        `${told(delivery.type)} by ${attempt.channel}, attempt ${i + 1}: ${outcome(attempt.outcome)}`
        + (attempt.code ? ` (${attempt.code})` : '') + took(attempt)),
    ring,
  }));
  const shape = { failed: 'failed', dropped: 'dropped', waiting: 'waiting', sending: 'waiting' }[delivery.state];
  return attempts.length > 0 || !shape
    ? attempts
    : [{ ...mark(shape, since(trace, delivery.created_at), 0, `${told(delivery.type)}: ${standing(delivery)}`), ring }];
}

/** Deadline, answer and end. */
function moments(trace) {
  const { call } = trace;
  return [
    ['deadline', call.expires_at, 'deadline'],
    ['answer', call.answered_at, 'answer'],
    ['end', call.ended_at, { rejected: 'declined', cancelled: 'cancelled' }[call.state] ?? 'end'],
  ].map(([kind, moment, label]) => ({ kind, at: since(trace, moment), label })).filter(flag => flag.at !== null)
      .map(flag => ({ ...flag, label: `${flag.label} ${duration(flag.at)}` }));
}

/** Gives each line a label that no other label touches. */
function flagged(flags, x, left, right) {
  const lanes = [];
  return flags.map(flag => {
    const at = x(flag.at);
    const wide = textWidth(flag.label) + 8;
    const anchor = at + wide > right ? 'end' : 'start';
    const [from, to] = anchor === 'end' ? [at - wide, at] : [at, at + wide];
    const lane = free(lanes, from, to);
    return { kind: flag.kind, label: flag.label, x: at, anchor, lane };
  });
}

function place(draft, { x, y, left, right, width }) {
  if (draft.heading) {
    const label = cut(draft.label, left + 60);
    const noteX = 24 + textWidth(label) * BOLD;
    return { ...draft, y, height: HEADING, label, noteX, note: cut(draft.note, width - noteX - 12) };
  }
  const lanes = [];
  const marks = draft.marks
      .toSorted((one, other) => one.at - other.at)
      .map(one => {
        const bar = one.took > 0 || one.bar ? Math.max(3, x(one.at + one.took) - x(one.at)) : 0;
        const from = x(one.at) - (bar > 0 ? 0 : GLYPH / 2);
        const end = from + bar + GLYPH;
        return { ...one, x: from, bar, end, y: y + ROW_PADDING / 2 + LANE * (free(lanes, from, end + GAP) + 0.5) };
      });
  return {
    ...draft, y, marks, height: ROW_PADDING + LANE * Math.max(1, lanes.length),
    label: cut(draft.label, left - 16), noteX: right + 8, note: cut(draft.note, width - right - 12),
  };
}

/** The first lane in which nothing stands between `from` and `to`; it is taken from now on. */
function free(lanes, from, to) {
  const found = lanes.findIndex(taken => taken.every(([begin, end]) => to <= begin || end <= from));
  const lane = found < 0 ? lanes.push([]) - 1 : found;
  lanes[lane].push([from, to]);
  return lane;
}

const heading = (label, note) => ({ heading: true, label, note, full: note ? `${label}: ${note}` : label });
const row = (label, note, marks) => ({ heading: false, label, note, full: note ? `${label}: ${note}` : label, marks });
const mark = (shape, at, length, text) => ({ shape, at, took: length, ring: true, text: `${text}, at ${duration(at)}` });

function point(trace, shape, s) {
  return mark(shape, since(trace, s.at), 0, describe(s));
}

/** A step that is written down when it is over. */
function span(trace, shape, s) {
  const end = since(trace, s.at);
  const length = Math.min(s.took_ms ?? 0, end ?? 0);
  return { ...mark(shape, end === null ? null : end - length, length, describe(s) + took(s)), bar: s.took_ms !== undefined };
}

function describe(s) {
  return step(s.step) + (s.user_id ? ` (${s.user_id})` : '') + (s.detail ? `, ${s.detail}` : '');
}

const took = timed => Number.isFinite(timed.took_ms) ? `, took ${duration(timed.took_ms)}` : '';

/** One of those that were written down together, one for each user. */
function once(steps) {
  return steps.filter((s, i) => i === 0 || s.step !== steps[i - 1].step || s.at !== steps[i - 1].at
    && Math.abs(Date.parse(s.at) - Date.parse(steps[i - 1].at)) > 2);
}
