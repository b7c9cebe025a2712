/**
 * One user: devices, with test rings, and last calls.
 */
import { byId, el } from '/trace/assets/dom.js';
import { duration } from '/trace/assets/words.js';
import { outcome, timeOf, traceOf, why } from './words.js';

const PAGE = 10;
const MARK = '#user=';

export class UserCard {
  #session;
  #failed;
  #userId = null;
  #cursor = null;

  /**
   * @param {import('./session.js').Session} session
   * @param {(refusal: Error) => boolean} failed says whether it has dealt with it
   */
  constructor(session, failed) {
    this.#session = session;
    this.#failed = failed;
    byId('look-up').addEventListener('submit', event => {
      event.preventDefault();
      void this.show(byId('user-id').value.trim());
    });
    byId('older-calls').addEventListener('click', () => this.#do(() => this.#history()));
  }

  /** Shows who was shown before, as after a look at a trace. */
  restore() {
    if (!location.hash.startsWith(MARK)) return;
    try {
      void this.show(decodeURIComponent(location.hash.slice(MARK.length)), false);
    } catch {
      // not one of ours
    }
  }

  clear() {
    this.#userId = null;
    byId('user').hidden = true;
    byId('devices').replaceChildren();
    byId('history').replaceChildren();
    byId('user-id').value = '';
    this.#problem(null);
  }

  /** @param {string} userId @param {boolean} [go] whether to bring it into view */
  async show(userId, go = true) {
    this.clear();
    byId('user-id').value = userId;
    this.#userId = userId;
    this.#cursor = null;
    history.replaceState(null, '', MARK + encodeURIComponent(userId));
    await this.#do(async () => {
      const { devices } = await this.#session.get('/api/push/devices', { user_id: userId });
      await this.#history();
      if (this.#userId !== userId) return;
      byId('devices').replaceChildren(...devices.map(device => this.#device(device)));
      byId('no-devices').hidden = devices.length > 0;
      byId('user').hidden = false;
      if (go) byId('user-title').scrollIntoView({ block: 'nearest' });
    });
  }

  async #history() {
    const userId = this.#userId;
    const page = await this.#session.get('/api/call', { user_id: userId, limit: PAGE, cursor: this.#cursor });
    if (this.#userId !== userId) return;
    this.#cursor = page.next_cursor;
    byId('history').append(...page.calls.map(call => past(call, userId)));
    const none = byId('history').childElementCount === 0;
    byId('history-box').hidden = none;
    byId('no-history').hidden = !none;
    byId('older-calls').hidden = page.next_cursor === null;
  }

  #device(device) {
    const button = el('button', { type: 'button', class: 'small', 'data-testid': 'test-ring', 'aria-label': `Test ring ${device.device_id}` }, 'Test ring');
    const result = el('p', { class: 'rung', role: 'status', 'data-testid': 'rung' });
    button.addEventListener('click', () => this.#ring(device, button, result));
    return el('li', { 'data-testid': 'device' },
        el('span', { class: 'who' }, el('bdi', {}, device.device_id), el('small', {},
            device.tokens.map(token => `${token.platform} ${token.token}`).join(', '), ', registered ', timeOf(device.registered_at))),
        button, result);
  }

  async #ring(device, button, result) {
    const userId = this.#userId;
    if (!await confirmed(userId, device.device_id)) return;
    button.disabled = true;
    result.className = 'rung';
    result.textContent = 'Asking the push service …';
    try {
      const { tries } = await this.#session.post('/api/admin/test-rings', { user_id: userId, device_id: device.device_id });
      result.className = `rung ${tries.some(one => one.outcome === 'delivered') ? 'good' : 'bad'}`;
      result.textContent = tries.map(said).join(' ');
    } catch (refusal) {
      if (this.#failed(refusal)) return;
      result.className = 'rung bad';
      result.textContent = refusal.message;
    } finally {
      button.disabled = false;
    }
  }

  async #do(work) {
    this.#problem(null);
    try {
      await work();
    } catch (refusal) {
      if (!this.#failed(refusal)) this.#problem(refusal.message);
    }
  }

  #problem(text) {
    byId('user-problem').hidden = text === null;
    byId('user-problem').textContent = text ?? '';
  }
}

/** Somebody's phone is about to ring. */
function confirmed(userId, deviceId) {
  const dialog = byId('confirm');
  byId('confirm-text').replaceChildren('Ring the device ', el('bdi', {}, deviceId), ' of ', el('bdi', {}, userId),
      ' for 15 seconds? Whoever has it hears a call from “Test ring”.');
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(answer => {
    dialog.addEventListener('close', () => answer(dialog.returnValue === 'yes'), { once: true });
  });
}

/** What a push service said to a test ring. */
function said({ channel, platform, token, outcome: word, code, provider_id: providerId, took_ms: tookMs }) {
  const at = `${channel ?? platform} (${platform} ${token})`;
  switch (word) {
    case 'delivered': return `${at} took it in ${duration(tookMs)}: the device should ring now.${providerId ? ` Its id there: ${providerId}.` : ''}`;
    case 'dead_token': return `${at}: the token is dead (${code}).`;
    case 'refused': return `${at} refused it (${code}): a matter of credentials or settings.`;
    case 'channel_off': return `${at}: the push channel is off.`;
    default: return `${at} did not take it now: ${why(code)}.`;
  }
}

function past(call, userId) {
  const own = call.caller_id === userId;
  const others = own ? call.invitations.map(leg => leg.user_id) : [call.caller_id];
  const names = others.flatMap((id, i) => [i === 0 ? '' : ', ', el('bdi', {}, id)]);
  return el('tr', { 'data-testid': 'past-call', 'data-call-id': call.call_id }, el('td', {}, timeOf(call.created_at)),
      el('td', { class: 'what' }, own ? 'to ' : 'from ', ...names, `, ${call.call_type}`), el('td', {}, outcome(call)),
      el('td', {}, traceOf(call.call_id)));
}
