/**
 * One push as it would have gone to Apple or Google: its request, headers and body.
 */
import { clockTime, el, shorten } from './dom.js';

const TARGETS = { ios: 'APNs, VoIP token', 'ios-alert': 'APNs, alert token', android: 'FCM, Android' };
const ANSWERS = { ok: 'taken', slow: 'taken after 2 s', failing: 'answered 503', uninstalled: 'answered: no such app' };

/**
 * @param {{channel: string, platform: string, at: string, method: string, url: string,
 *   headers: {name: string, value: string}[], body: string, behaviour: string}} push
 * @param {{type: string, version: string|number}} event in it
 * @param {boolean} off whether the phone was
 */
export function entry({ platform, at, method, url, headers, body, behaviour }, event, off) {
  const fate = `${ANSWERS[behaviour]}${off && (behaviour === 'ok' || behaviour === 'slow') ? ', phone off' : ''}`;
  return el('li', { testid: 'sent-push', 'data-type': event.type, 'data-platform': platform },
      el('details', {},
          el('summary', {},
              el('time', {}, clockTime(new Date(at))),
              el('span', { class: 'type' }, event.type),
              el('small', {}, `${TARGETS[platform] ?? platform} · ${fate}`)),
          el('p', { class: 'request mono' }, el('strong', {}, method), ` ${url}`),
          el('table', {}, el('tbody', {}, ...headers.map(({ name, value }) =>
            el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, value))))),
          el('pre', {}, JSON.stringify(JSON.parse(body), hideSecrets, 2))));
}

/** People share screenshots. A message's own `token` is the phone's address; the event's is the room's key. */
function hideSecrets(key, value) {
  const secret = key === 'action_token' || (key === 'token' && 'call_id' in this);
  return secret && value ? shorten(value) : value;
}
