/**
 * Who is online, and the field for whoever is not.
 */
import { byId, el } from './dom.js';

const POLL_MS = 2_000;

export class People {
  #me;
  #dial;
  #names = new Map();
  #rows = new Map();

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
    this.#poll();
  }

  nameOf(id) {
    return this.#names.get(id) ?? id;
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
    users.forEach(user => this.#names.set(user.user_id, user.name));
    const online = new Map(users.filter(user => user.user_id !== this.#me).map(user => [user.user_id, user]));
    // rows stay while their user does: a button must not vanish from under a finger or a focus
    for (const [id, row] of this.#rows) {
      if (!online.has(id)) {
        row.remove();
        this.#rows.delete(id);
      }
    }
    for (const [id, user] of online) {
      if (!this.#rows.has(id)) {
        this.#rows.set(id, this.#row(user));
        byId('people').append(this.#rows.get(id));
      }
    }
    byId('nobody').hidden = online.size > 0;
  }

  #row({ user_id: id, name }) {
    const button = (type, label) => el('button', {
      type: 'button', class: 'call', testid: `call-${type}-${id}`, 'aria-label': `${label} call to ${name}`,
      onclick: () => this.#dial([id], type),
    }, label);
    return el('li', { class: 'person', testid: `person-${id}` },
        el('span', { class: 'avatar', 'aria-hidden': 'true' }, initial(name)),
        el('span', { class: 'who' }, el('strong', {}, name), el('small', {}, id)),
        button('audio', 'Audio'), button('video', 'Video'));
  }
}

export const initial = name => [...name.trim()][0]?.toUpperCase() ?? '?';
