/**
 * Every event and command, newest first, with its JSON.
 */
import { clockTime, el } from './dom.js';

const KEPT = 200;
const SECRETS = new Set(['token', 'caller_token', 'action_token']);

export class EventLog {
  #list;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** @param {import('/ringback.js').Traffic} message */
  add({ kind, name, body, status, verdict }) {
    const failed = kind === 'answer' && (status < 200 || status > 299);
    const type = kind === 'answer' ? `${name} ${status || 'lost'}` : name;
    const mark = failed ? 'problem' : verdict === 'news' ? null : verdict;
    const arrow = { event: '↓', push: '⇓', command: '↑', answer: '↩' }[kind];
    const entry = el('li', { class: `entry ${kind} ${mark ?? ''}`, testid: 'log-entry', 'data-type': type },
        el('details', {},
            el('summary', {},
                el('time', {}, clockTime(new Date())),
                el('span', { class: 'arrow', title: kind }, arrow),
                el('span', { class: 'type' }, type),
                mark ? el('span', { class: 'mark' }, mark) : null,
                el('span', { class: 'version' }, body?.version ? `v${body.version}` : '')),
            el('pre', { tabindex: '0' }, JSON.stringify(body, hideSecrets, 2))));
    this.#list.prepend(entry);
    while (this.#list.children.length > KEPT) this.#list.lastElementChild.remove();
  }

  clear() {
    this.#list.replaceChildren();
  }
}

// people share screenshots of logs
const hideSecrets = (key, value) => SECRETS.has(key) && value ? `… (${value.length} characters)` : value;
