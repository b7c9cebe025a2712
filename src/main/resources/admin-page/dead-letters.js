/**
 * What was given up: pushes, and webhooks.
 */
import { byId, el } from '/trace/assets/dom.js';
import { told } from '/trace/assets/words.js';
import { timeOf, traceOf, userLink, why } from './words.js';

const PAGE = 20;

export class DeadLetters {
  #session;
  #lookUp;
  #failed;
  #cursors = { pushes: null, webhooks: null };
  /** Rises whenever the lists are emptied: an answer to what was asked before is not for them. */
  #round = 0;

  /**
   * @param {import('./session.js').Session} session
   * @param {(userId: string) => void} lookUp
   * @param {(refusal: Error) => boolean} failed says whether it has dealt with it
   */
  constructor(session, lookUp, failed) {
    this.#session = session;
    this.#lookUp = lookUp;
    this.#failed = failed;
    byId('reload-dead').addEventListener('click', () => this.load());
    byId('older-pushes').addEventListener('click', () => this.#do(() => this.#pushes()));
    byId('older-webhooks').addEventListener('click', () => this.#do(() => this.#webhooks()));
  }

  load() {
    this.clear();
    return this.#do(() => Promise.all([this.#pushes(), this.#webhooks()]));
  }

  clear() {
    this.#round++;
    this.#cursors = { pushes: null, webhooks: null };
    byId('pushes').replaceChildren();
    byId('webhooks').replaceChildren();
  }

  async #pushes() {
    const round = this.#round;
    const page = await this.#session.get('/api/admin/dead-deliveries', { limit: PAGE, cursor: this.#cursors.pushes });
    if (round === this.#round) this.#add('pushes', page.deliveries.map(push => this.#push(push)), page.next_cursor);
  }

  async #webhooks() {
    const round = this.#round;
    const page = await this.#session.get('/api/webhooks/dead-letters', { limit: PAGE, cursor: this.#cursors.webhooks });
    if (round === this.#round) this.#add('webhooks', page.dead_letters.map(letter => this.#webhook(letter)), page.next_cursor);
  }

  #add(kind, rows, next) {
    this.#cursors[kind] = next;
    byId(kind).append(...rows);
    byId(`older-${kind}`).hidden = next === null;
    settle(kind);
  }

  #push(push) {
    return el('tr', { 'data-testid': 'dead-push' }, el('td', {}, timeOf(push.created_at)),
        el('td', {}, userLink(push.user_id, this.#lookUp)),
        el('td', { class: 'what' }, el('bdi', {}, push.device_id ?? push.broker ?? '')), el('td', {}, told(push.type)),
        el('td', { class: 'what' }, why(push.code)), el('td', { class: 'number' }, `${push.attempts}`),
        el('td', {}, traceOf(push.call_id)));
  }

  #webhook(letter) {
    const button = el('button', { type: 'button', class: 'small', 'data-testid': 'resend', 'aria-label': `Send ${letter.webhook_id} again` }, 'Send again');
    const row = el('tr', { 'data-testid': 'dead-webhook' }, el('td', {}, timeOf(letter.parked_at)),
        el('td', { class: 'what' }, letter.endpoint ?? 'no longer in the settings'),
        el('td', { class: 'what' }, letter.event?.type ?? ''), el('td', { class: 'what' }, why(letter.code)),
        el('td', { class: 'number' }, `${letter.attempts}`), el('td', {}, button));
    button.addEventListener('click', () => this.#do(async () => {
      button.disabled = true;
      try {
        await this.#session.post(`/api/webhooks/dead-letters/${letter.id}/resend`);
        row.remove();
        settle('webhooks');
        byId('reload-dead').focus();
      } finally {
        button.disabled = false;
      }
    }));
    return row;
  }

  async #do(work) {
    byId('dead-problem').hidden = true;
    try {
      await work();
    } catch (refusal) {
      if (this.#failed(refusal)) return;
      byId('dead-problem').hidden = false;
      byId('dead-problem').textContent = refusal.message;
    }
  }
}

function settle(kind) {
  const none = byId(kind).childElementCount === 0;
  byId(`${kind}-box`).hidden = none;
  byId(`no-${kind}`).hidden = !none;
}
