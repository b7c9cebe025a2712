/**
 * A trace in words. Sentences are lists of parts; names stand in them as `{name}`.
 */

/** A length of time as people say it. */
export function duration(ms) {
  if (ms === null || !Number.isFinite(ms)) return '–';
  const whole = Math.round(ms);
  if (whole < 1_000) return `${whole} ms`;
  if (whole < 60_000) return `${(whole / 1_000).toFixed(whole < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(whole / 1_000);
  return seconds < 3_600
    ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${Math.floor(seconds / 3_600)} h ${Math.floor(seconds % 3_600 / 60)} min`;
}

/** Milliseconds from the request to `moment`, or null where one of the two is not known. A clock that lags gives 0. */
export function since(trace, moment) {
  const ms = Date.parse(moment) - Date.parse(trace.received_at ?? trace.created_at);
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** What became of the call. */
export function headline(trace) {
  const { call } = trace;
  const after = moment => duration(since(trace, moment));
  const called = listed(call.invitations.map(leg => leg.user_id));
  const rang = first(call.invitations.filter(leg => leg.ringing_at), 'ringing_at');
  const answered = first(call.invitations.filter(leg => leg.state === 'accepted'), 'answered_at');
  if (answered) return [...answer(call, answered, after), ...ending(call, after)];
  switch (call.state) {
    case 'ringing':
      return rang
        ? [name(rang.user_id), `’s phone rang ${after(rang.ringing_at)} after the request; no answer yet.`]
        : ['The call was made, and nothing rings yet for ', ...called, '.'];
    case 'rejected':
      return call.reason === 'busy'
        ? [...called, ' did not take the call: busy with another one.']
        : [...called, ` declined${answeredAt(call, after)}.`];
    case 'cancelled':
      return cancelled(trace, called, rang, after);
    default:
      return ['The call to ', ...called, ` is over${call.ended_at ? `, ${after(call.ended_at)} after the request` : ''}.`];
  }
}

/** A step in words. */
export function step(word) {
  return STEPS[word] ?? word.replaceAll('_', ' ');
}

/** What a delivery told its device. */
export function told(type) {
  return TOLD[type] ?? type.replaceAll('_', ' ');
}

/** How an attempt ended. */
export function outcome(word) {
  return OUTCOMES[word] ?? word.replaceAll('_', ' ');
}

/** Where a delivery stands, with its code. */
export function standing(delivery) {
  const code = isOurs(delivery.code) ? CODES[delivery.code] : delivery.code;
  return code ? `${delivery.state}: ${code}` : delivery.state;
}

/** Where a delivery went: its device, or the broker. */
export const target = delivery => delivery.device_id ?? delivery.broker;

/** That the device's app has connected, or asked what rings. */
export function awake(delivery) {
  return Number.isFinite(delivery.wake_ms)
    ? `App awake, ${duration(delivery.wake_ms)} after its push was sent`
    : 'App awake';
}

/** Whether the code is Ringback's own word and not a provider's. */
export const isOurs = code => Object.hasOwn(CODES, code);

/** Whether nobody has to ask again for news of it. */
export function isOver(trace) {
  return !['ringing', 'accepted'].includes(trace.call.state)
    && trace.deliveries.every(delivery => !['waiting', 'sending'].includes(delivery.state));
}

const STEPS = {
  permitted: 'Allowed by your backend', permit_unanswered: 'Your backend gave no answer', silenced: 'Rings nobody',
  room_made: 'Room made', room_used_again: 'Room of an earlier call used again', room_was_ready: 'Room made ahead',
  token_issued: 'Room token issued', token_failed: 'Room token failed', committed: 'Call written down',
  invited: 'Rung once more', told_sockets: 'Open sockets told', rings: 'A device rings', accepted: 'Answered', rejected: 'Declined',
  withdrawn: 'Ring withdrawn', room_found_empty: 'Nobody in the room', ended: 'Call ended',
};
const TOLD = {
  incoming_call: 'Ring', call_cancelled: 'Stop', call_answered_elsewhere: 'Stop, answered elsewhere',
  call_missed: 'Missed call', call_ended: 'Call ended', call_ringing: 'A device rings', call_accepted: 'Answered',
  call_rejected: 'Declined',
};
const OUTCOMES = { delivered: 'delivered', try_later: 'try later', refused: 'refused', dead_token: 'dead token',
  unheard: 'nobody listens',
};
const CODES = {
  channel_off: 'channel off', no_token: 'no token left', too_late: 'deadline passed', overtaken: 'the ring was over',
  ignored: 'silenced', unacknowledged: 'never acknowledged', on_socket: 'told on its socket', online_first: 'user online',
  rings_elsewhere: 'another device rang',
  circuit_open: 'provider answers nobody',
};

const name = text => ({ name: text });

function listed(names) {
  const few = names.length > 4 ? names.slice(0, 3) : names;
  const parts = few.flatMap((one, i) => [
    ...(i === 0 ? [] : [i === few.length - 1 && few.length === names.length ? ' and ' : ', ']), name(one)]);
  return few.length < names.length ? [...parts, ` and ${names.length - few.length} more`] : parts;
}

function first(legs, member) {
  return legs.toSorted((one, other) => Date.parse(one[member]) - Date.parse(other[member]))[0];
}

function answer(call, leg, after) {
  if (call.glare) return [name(call.caller_name || call.caller_id), ' and ', name(leg.user_id),
    ` called each other, and were connected after ${after(leg.answered_at)}.`];
  return leg.ringing_at
    ? [name(leg.user_id), `’s phone rang ${after(leg.ringing_at)} after the request; the answer came after `
        + `${after(leg.answered_at)}.`]
    : [name(leg.user_id), ` answered ${after(leg.answered_at)} after the request.`];
}

function ending(call, after) {
  return call.ended_at ? [` The call ended after ${after(call.ended_at)}.`] : [];
}

function answeredAt(call, after) {
  const last = call.invitations.map(leg => leg.answered_at).filter(Boolean).toSorted().at(-1);
  return last ? ` after ${after(last)}` : '';
}

function cancelled(trace, called, rang, after) {
  const { call } = trace;
  const ringing = rang ? ` The first phone rang ${after(rang.ringing_at)} after the request.` : ' No phone rang.';
  switch (call.reason) {
    case 'caller':
      return [name(call.caller_name || call.caller_id), ` cancelled the call after ${after(call.ended_at)}, before `,
        ...called, ` answered.${ringing}`];
    case 'unreachable':
      return [...called, ' could not be reached on any device.'];
    default:
      return [...called, ` did not answer within ${after(call.expires_at)}.${ringing}`];
  }
}
