/**
 * The user's calls, newest first, as the service remembers them.
 */
import { byId, el, when } from './dom.js';
import { others, summary } from './words.js';

const PAGE = 10;
const WAIT_MS = 150;

export class History {
  #ringback;
  #people;
  #dial;
  #shown = PAGE;
  #waiting = 0;

  /**
   * @param {import('/ringback.js').Ringback} ringback
   * @param {import('./people.js').People} people
   * @param {(ids: string[], type: 'audio'|'video') => void} dial
   */
  constructor(ringback, people, dial) {
    this.#ringback = ringback;
    this.#people = people;
    this.#dial = dial;
    byId('only-missed').addEventListener('change', () => this.load());
    byId('older').addEventListener('click', () => {
      this.#shown += PAGE;
      this.load();
    });
  }

  /** Asks anew, once for all that happens in the same moment. */
  load() {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#load().catch(() => {
      // the connection's own sign says that the service does not answer
    }), WAIT_MS);
  }

  async #load() {
    const onlyMissed = byId('only-missed').checked;
    const me = this.#ringback.userId;
    const found = [];
    let cursor;
    do {
      const page = await this.#ringback.history({ limit: 50, cursor });
      page.calls.forEach(call => this.#meet(call));
      found.push(...page.calls.filter(call => !onlyMissed || summary(call, me).missed));
      cursor = page.next_cursor ?? undefined;
    } while (cursor && found.length <= this.#shown);
    byId('history').replaceChildren(...found.slice(0, this.#shown).map(call => this.#row(call, me)));
    byId('no-history').hidden = found.length > 0;
    byId('older').hidden = found.length <= this.#shown;
  }

  #meet(call) {
    this.#people.meet(call.caller_id, call.caller_name);
    call.invitations.forEach(invited => this.#people.meet(invited.user_id));
  }

  #row(call, me) {
    const own = call.caller_id === me;
    const who = others(call, me, id => this.#people.nameOf(id));
    const { text, missed } = summary(call, me);
    const back = own ? call.invitations.map(invited => invited.user_id) : [call.caller_id];
    return el('li', { class: missed ? 'past missed' : 'past', testid: 'past-call', 'data-call-id': call.call_id },
        el('span', { class: 'direction', 'aria-hidden': 'true' }, own ? '↗' : '↙'),
        el('span', { class: 'who' }, el('strong', {}, who), el('small', {}, `${text} · ${when(new Date(call.created_at))}`)),
        own ? el('a', { href: `/trace/${call.call_id}?user=${encodeURIComponent(me)}`, testid: 'trace-link',
          'aria-label': `How the call to ${who} rang` }, 'Trace') : null,
        el('button', { type: 'button', class: 'small', 'aria-label': `Call ${who} again`,
          onclick: () => this.#dial(back, call.call_type) }, own ? 'Again' : 'Call back'));
  }
}
