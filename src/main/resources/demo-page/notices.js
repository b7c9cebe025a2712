/**
 * What happened, in words, with its time; a live region.
 */
import { byId, clockTime, el } from './dom.js';

const KEPT = 30;

/**
 * @param {string} text
 * @param {{kind?: 'missed'|'problem'|'plain', action?: {label: string, run: () => void}|null}} [more]
 */
export function tell(text, { kind = 'plain', action = null } = {}) {
  const list = byId('notices');
  list.prepend(el('li', { class: kind, testid: `notice-${kind}` },
      el('time', {}, clockTime(new Date())),
      el('span', { class: 'text' }, text),
      action ? el('button', { type: 'button', class: 'small', onclick: action.run }, action.label) : null));
  while (list.children.length > KEPT) list.lastElementChild.remove();
  byId('nothing').hidden = true;
}
