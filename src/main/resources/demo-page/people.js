/**
 * Contacts: who is online, who was in a call with this user, and the field for whoever is neither.
 */
import { byId, el, setText } from './dom.js';

const POLL_MS = 2_000;

export class People {
  #me;
  #dial;
  #names = new Map();
  #online = new Set();
  #rows = new Map();
  #group = new Set();

  /** True when rooms are made by the simulator; null until the server has said so. */
  simulatedRooms = null;

  /**
   * @param {string} me
   * @param {(ids: string[], type: 'audio'|'video') => void} dial
   */
  constructor(me, dial) {
    this.#me = me;
    this.#dial = dial;
  }

  start() {
    const field = byId('dial-id');
    const dialField = type => {
      const ids = [...new Set(field.value.split(',').map(id => id.trim()).filter(id => id))];
      if (ids.length > 0) this.#dial(ids, type);
      else field.focus();
    };
    byId('dial').addEventListener('submit', event => {
      event.preventDefault();
      dialField(event.submitter?.value ?? 'video');
    });
    byId('group').addEventListener('click', ({ target }) => {
      if (target.dataset.type) this.#dial([...this.#group], target.dataset.type);
    });
    this.#poll();
  }

  nameOf(id) {
    return this.#names.get(id) ?? id;
  }

  /** Somebody this user has talked to. */
  meet(id, name) {
    if (id === this.#me || this.#rows.has(id)) return;
    if (name) this.#names.set(id, name);
    this.#add(id);
  }

  /** One at a time, each some time after the last one ended, so that a slow server is not asked faster than it answers. */
  async #poll() {
    try {
      if (!document.hidden || this.simulatedRooms === null) {
        const response = await fetch('/demo/users', { signal: AbortSignal.timeout(5_000) });
        if (response.ok) this.#show(await response.json());
      }
    } catch {
      // the connection's own sign says so
    }
    setTimeout(() => this.#poll(), POLL_MS);
  }

  #show({ users, simulated_rooms: simulated }) {
    this.simulatedRooms = simulated;
    byId('simulated').hidden = !simulated;
    users.forEach(user => this.#names.set(user.user_id, user.name));
    this.#online = new Set(users.map(user => user.user_id));
    [...this.#online].filter(id => id !== this.#me && !this.#rows.has(id)).forEach(id => this.#add(id));
    this.#rows.forEach((row, id) => row.update(this.nameOf(id), this.#online.has(id)));
  }

  #add(id) {
    const row = this.#row(id);
    row.update(this.nameOf(id), this.#online.has(id));
    this.#rows.set(id, row);
    byId('people').append(row.root);
    byId('nobody').hidden = true;
  }

  #row(id) {
    const avatar = el('span', { class: 'avatar', 'aria-hidden': 'true' });
    const name = el('strong');
    const presence = el('small', { class: 'presence' });
    const pick = el('input', { type: 'checkbox', testid: `pick-${id}`, onchange: () => this.#pick(id, pick.checked) });
    const button = type => el('button', {
      type: 'button', class: 'call', testid: `call-${type}-${id}`, onclick: () => this.#dial([id], type),
    }, type === 'audio' ? 'Audio' : 'Video');
    const buttons = [button('audio'), button('video')];
    return {
      root: el('li', { class: 'person', testid: `person-${id}` },
          el('label', { class: 'pick' }, pick, avatar), el('span', { class: 'who' }, name, presence), ...buttons),
      update: (shown, online) => {
        setText(name, shown);
        setText(avatar, initial(shown));
        setText(presence, `${online ? 'online' : 'offline'}${shown === id ? '' : ` · ${id}`}`);
        presence.classList.toggle('online', online);
        pick.setAttribute('aria-label', `Add ${shown} to a group call`);
        buttons.forEach(button => button.setAttribute('aria-label', `${button.textContent} call to ${shown}`));
      },
    };
  }

  #pick(id, picked) {
    if (picked) this.#group.add(id);
    else this.#group.delete(id);
    byId('group').hidden = this.#group.size < 2;
    setText(byId('group-names'), `Call ${[...this.#group].map(member => this.nameOf(member)).join(', ')}`);
  }
}

export const initial = name => [...name.trim()][0]?.toUpperCase() ?? '?';
