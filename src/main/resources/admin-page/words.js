/**
 * What the service's words mean.
 */
import { el } from '/trace/assets/dom.js';

const CODES = {
  channel_off: 'the push channel for its platform is off',
  no_token: 'it had no token left',
  too_late: 'its time was over before it could be sent',
  circuit_open: 'the push service answered nobody lately',
  timeout: 'no answer in time',
  connection: 'the push service could not be reached',
  failure: 'the channel failed: the log says how',
};

/** Why, for people: our own codes in words, those of providers as they are. */
export const why = code => code === null || code === undefined ? '–' : CODES[code] ?? code;

export const plain = word => word.replaceAll('_', ' ');

/** Time of day, with the date where that is another day. */
export function when(moment) {
  const date = new Date(moment);
  const time = date.toLocaleTimeString([], { hour12: false });
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString()} ${time}`;
}

/** How long a call has lasted. @param {number} ms */
export function age(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map(part => `${part}`.padStart(2, '0'));
  return seconds < 3_600 ? parts.join(':') : [Math.floor(seconds / 3_600), ...parts].join(':');
}

/** @param {string} moment */
export const timeOf = moment => el('time', { datetime: moment }, when(moment));

/** What became of a call. */
export function outcome({ state, reason }) {
  return reason === null || reason === undefined || reason === state ? plain(state) : `${plain(state)}: ${plain(reason)}`;
}

/** A link to the ring trace; calls that other platforms keep have none that a page could show. */
export function traceOf(callId) {
  const isOurs = callId[14] === '7';
  return isOurs
    ? el('a', { href: `/trace/${callId}`, 'data-testid': 'trace', 'aria-label': `Ring trace of call ${callId}` }, 'Trace')
    : '';
}

/**
 * A user's id that can be pressed.
 *
 * @param {string} id
 * @param {(id: string) => void} look
 */
export function userLink(id, look) {
  const button = el('button', { type: 'button', class: 'link', 'data-testid': 'user-link' }, el('bdi', { class: 'id' }, id));
  button.addEventListener('click', () => look(id));
  return button;
}
