/**
 * States, reasons and problems in words.
 */

/** The other side: the caller, or in one's own call those who answered, or, before that, all who were called. */
export function others(call, me, nameOf) {
  if (call.caller_id !== me) return call.caller_name || call.caller_id;
  const answered = call.invitations.filter(leg => leg.state === 'accepted');
  return (answered.length > 0 ? answered : call.invitations).map(leg => nameOf(leg.user_id)).join(', ');
}

export const answered = who => `${who} answered.`;

/** How a call went away from this tab; a missed one is told with more than words. */
export function ending({ outcome, snapshot }, who) {
  switch (outcome) {
    case 'answered_elsewhere': return `The call from ${who} was answered on another device.`;
    case 'declined_elsewhere': return `The call from ${who} was declined on another device.`;
    case 'elsewhere': return `The call with ${who} goes on on another device.`;
    case 'declined': return `You declined the call from ${who}.`;
    case 'ignored': return 'Ignored on this device. Your other devices ring on.';
    case 'cancelled': return `You cancelled the call to ${who}.`;
    case 'rejected': return `${who} declined${quoted(snapshot.reason_text)}.`;
    case 'busy': return `${who} is in another call${quoted(snapshot.reason_text)}.`;
    case 'unanswered': return `${who} did not answer.`;
    case 'unreachable': return `${who} cannot be reached on any device.`;
    case 'max_length': return `The call with ${who} reached its maximum length.`;
    default: return `The call with ${who} has ended.`;
  }
}

/** How a call went, in a line of the history. */
export function summary(call, me) {
  const own = call.caller_id === me;
  const leg = call.invitations.find(invited => invited.user_id === me);
  const kind = call.call_type === 'audio' ? 'audio' : 'video';
  if (call.state === 'ringing') return { text: own ? `Calling, ${kind}` : `Rings, ${kind}`, missed: false };
  if (!own && (leg?.state === 'missed' || leg?.state === 'cancelled')) return { text: `Missed ${kind} call`, missed: true };
  if (!own && leg?.state === 'rejected') return { text: `Declined ${kind} call`, missed: false };
  const direction = own ? 'Outgoing' : 'Incoming';
  const how = { accepted: 'under way', rejected: call.reason === 'busy' ? 'busy' : 'declined', cancelled: unanswered(call) };
  return { text: [`${direction} ${kind} call`, how[call.state]].filter(Boolean).join(', '), missed: false };
}

/** A command that failed. @param {import('/ringback.js').RingbackError} failure */
export function problem(failure) {
  switch (failure.code) {
    case 'answered_elsewhere': return 'Too late: another of your devices has answered or declined.';
    case 'call_not_active': return 'The call is over.';
    case 'rate_limited': return 'Too many calls in a short time. Try again in a moment.';
    case 'room_provider_unavailable': return 'There is no room right now: the room provider does not answer.';
    case 'room_provider_rejected': return 'There is no room: the room provider refused the request.';
    default: return failure.message;
  }
}

const unanswered = call => ({ caller: 'cancelled', unreachable: 'not reached' })[call.reason] ?? 'no answer';
const quoted = text => text ? ` (“${text}”)` : '';
