/**
 * States, reasons and problems in words.
 */

/** The other side: the caller, or in one's own call those who answered, or, before that, all who were called. */
export function others(call, me, nameOf) {
  if (call.caller_id !== me) return call.caller_name || call.caller_id;
  const answered = call.invitations.filter(leg => leg.state === 'accepted');
  return (answered.length > 0 ? answered : call.invitations).map(leg => nameOf(leg.user_id)).join(', ');
}

/** How a call went away from this tab, or null when that is told elsewhere (a missed call) or needs no words. */
export function ending(call, leg, silenced, declinedHere, who) {
  if (silenced) return `Ignored on this device. Your other devices ring on.`;
  if (leg && call.state !== 'ended') return endingForCalled(leg, declinedHere, who);
  switch (call.state) {
    case 'rejected':
      return `${who} ${call.reason === 'busy' ? 'is in another call' : 'declined'}${quoted(call.reason_text)}.`;
    case 'cancelled':
      return endingUnanswered(call.reason, who);
    case 'ended':
      return call.reason === 'max_length'
        ? `The call with ${who} reached its maximum length.`
        : `The call with ${who} has ended.`;
    default:
      return null;
  }
}

/** A problem of the API. */
export function problem(body) {
  switch (body?.code) {
    case 'answered_elsewhere': return 'Too late: another of your devices has answered or declined.';
    case 'call_not_active': return 'The call is over.';
    case 'rate_limited': return 'Too many calls in a short time. Try again in a moment.';
    case 'room_provider_unavailable': return 'There is no room right now: the room provider does not answer.';
    case 'room_provider_rejected': return 'There is no room: the room provider refused the request.';
    default: return body?.error ?? 'Something went wrong.';
  }
}

function endingForCalled(leg, declinedHere, who) {
  switch (leg.state) {
    case 'accepted': return `The call from ${who} was answered on another device.`;
    case 'rejected':
      return declinedHere ? `You declined the call from ${who}.` : `The call from ${who} was declined on another device.`;
    default: return null;
  }
}

function endingUnanswered(reason, who) {
  switch (reason) {
    case 'caller': return `You cancelled the call to ${who}.`;
    case 'unreachable': return `${who} cannot be reached on any device.`;
    default: return `${who} did not answer.`;
  }
}

const quoted = text => text ? ` (“${text}”)` : '';
