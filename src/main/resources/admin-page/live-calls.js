/**
 * The calls that ring or are accepted. A row that is shown stays where it is while its call lives, so that whoever is about
 * to press something in it does.
 */
import { byId, el } from '/trace/assets/dom.js';
import { age as ageOf, plain, timeOf, traceOf, userLink } from './words.js';

const PAGE = 20;
const MOST = 100;

export class LiveCalls {
  #session;
  #lookUp;
  #shown = PAGE;
  #rows = new Map();

  /**
   * @param {import('./session.js').Session} session
   * @param {(userId: string) => void} lookUp
   * @param {() => void} again is told that more are to be asked for
   */
  constructor(session, lookUp, again) {
    this.#session = session;
    this.#lookUp = lookUp;
    byId('more-calls').addEventListener('click', () => {
      this.#shown = Math.min(MOST, this.#shown + PAGE);
      again();
    });
  }

  async load() {
    const { calls, next_cursor: next } = await this.#session.get('/api/admin/calls', { limit: this.#shown });
    this.#show(calls);
    byId('calls-box').hidden = calls.length === 0;
    byId('no-calls').hidden = calls.length > 0;
    byId('more-calls').hidden = next === null || this.#shown === MOST;
  }

  clear() {
    this.#rows.clear();
    byId('calls').replaceChildren();
  }

  #show(calls) {
    const body = byId('calls');
    const living = new Set(calls.map(call => call.call_id));
    for (const [id, row] of this.#rows) {
      if (living.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    let next = body.firstElementChild;
    for (const call of calls) {
      const row = this.#rows.get(call.call_id) ?? this.#add(call, body, next);
      row.update(call);
      next = row.element.nextElementSibling;
    }
  }

  #add(call, body, before) {
    const age = el('td', { class: 'number' });
    const state = el('td', {});
    const called = el('ul', {});
    let known = 0;
    const element = el('tr', { 'data-call-id': call.call_id, 'data-testid': 'live-call' },
        el('td', {}, timeOf(call.created_at)), age, state,
        el('td', { class: 'what' }, userLink(call.caller_id, this.#lookUp), ...name(call)),
        el('td', { class: 'what' }, called), el('td', {}, traceOf(call.call_id)));
    const row = {
      element,
      update: latest => {
        age.textContent = ageOf(Date.now() - Date.parse(latest.created_at));
        if (latest.version === known) return;
        known = latest.version;
        state.textContent = `${plain(latest.state)}, ${latest.call_type}`;
        called.replaceChildren(...latest.invitations.map(leg => el('li', {}, userLink(leg.user_id, this.#lookUp), ` ${leg.state === 'ringing' && leg.ringing_at ? 'a device rings' : plain(leg.state)}`)));
      },
    };
    body.insertBefore(element, before);
    this.#rows.set(call.call_id, row);
    return row;
  }
}

const name = call => call.caller_name === call.caller_id ? [] : [' ', el('bdi', { class: 'faint' }, call.caller_name)];
