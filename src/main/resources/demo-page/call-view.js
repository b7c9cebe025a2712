/**
 * Shows calls: the ring dialog for those that come in, a card each for those that go out or are under way.
 */
import { byId, clockTime, el, minutes, setText, shorten } from './dom.js';
import { isHeard } from './calls.js';
import { initial } from './people.js';
import { others } from './words.js';

/**
 * @typedef {import('./calls.js').Tracked} Tracked
 * @typedef {{root: HTMLElement, update: (tracked: Tracked) => void}} Card
 * @typedef {Record<'accept'|'decline'|'ignore'|'cancel'|'end'|'renewToken', (callId: string) => void>} Actions
 */
export class CallView {
  #me;
  #people;
  #actions;
  #cards = new Map();
  #dialog = byId('ring');

  /**
   * @param {string} me
   * @param {import('./people.js').People} people
   * @param {Actions} actions
   */
  constructor(me, people, actions) {
    this.#me = me;
    this.#people = people;
    this.#actions = actions;
    // Escape must not leave a ring without its dialog: it silences this device
    this.#dialog.addEventListener('close', () => {
      if (this.#dialog.open) return;
      for (const [id, { phase }] of this.#cards) if (phase === 'incoming') actions.ignore(id);
    });
  }

  /** @param {Array<{tracked: Tracked, phase: import('./calls.js').Phase}>} calls */
  render(calls) {
    for (const { tracked, phase } of calls) this.#show(tracked, phase);
    this.#toggleDialog();
  }

  #show(tracked, phase) {
    const id = tracked.call.call_id;
    let shown = this.#cards.get(id);
    if (shown && shown.phase !== phase) {
      this.#remove(id, shown);
      shown = undefined;
    }
    if (phase === 'none') return;
    if (!shown) {
      shown = { phase, ...this.#make(phase, id, tracked) };
      this.#cards.set(id, shown);
      byId(phase === 'incoming' ? 'ring-cards' : 'calls').append(shown.root);
    }
    shown.update(tracked);
    if (!shown.focused) {
      shown.focused = true;
      if (phase !== 'incoming') this.#toggleDialog(() => shown.root.focus());
    }
  }

  #remove(id, { root }) {
    const hadFocus = root.contains(document.activeElement);
    root.remove();
    this.#cards.delete(id);
    if (hadFocus && !this.#dialog.open) byId('people-title').focus();
  }

  #toggleDialog(whenClosed = () => {}) {
    const ringing = byId('ring-cards').childElementCount > 0;
    if (ringing && !this.#dialog.open) {
      this.#dialog.showModal();
      // not a button: whoever is typing just now must not answer with the next space
      this.#dialog.focus();
    }
    if (!ringing && this.#dialog.open) this.#dialog.close();
    if (!ringing) whenClosed();
  }

  /** @returns {Card} */
  #make(phase, id, tracked) {
    switch (phase) {
      case 'incoming': return this.#incoming(id);
      case 'outgoing': return this.#outgoing(id);
      default: return this.#inCall(id, tracked);
    }
  }

  #who(call) {
    return others(call, this.#me, userId => this.#people.nameOf(userId));
  }

  #button(name, label, id, attributes = {}) {
    return el('button', { type: 'button', testid: name, onclick: () => this.#actions[name](id), ...attributes }, label);
  }

  #incoming(id) {
    const avatar = el('span', { class: 'avatar big pulse', 'aria-hidden': 'true' });
    const who = el('h3', { testid: 'caller-name' });
    const kind = el('p', { class: 'faint', testid: 'call-kind' });
    const busy = el('p', { class: 'hint', testid: 'busy' }, 'You are in another call.');
    const left = countdown();
    const buttons = [
      this.#button('decline', 'Decline', id, { class: 'danger' }),
      this.#button('accept', 'Accept', id, { class: 'primary' }),
      this.#button('ignore', 'Ignore on this device', id, { class: 'quiet', title: 'Escape' }),
    ];
    const root = el('article', { class: 'ring-card', testid: 'incoming', 'data-call-id': id },
        avatar, who, kind, busy, left.root, el('div', { class: 'answers' }, ...buttons));
    return {
      root,
      update: tracked => {
        const { call } = tracked;
        setText(who, this.#who(call));
        setText(avatar, initial(this.#who(call)));
        setText(kind, `${call.call_type === 'audio' ? 'Audio' : 'Video'} call from ${call.caller_id}`
            + (call.invitations.length > 1 ? ` to ${call.invitations.length} people` : ''));
        busy.hidden = !tracked.busy;
        left.update(tracked.ringUntil);
        buttons.forEach(button => { button.disabled = tracked.pending !== null; });
      },
    };
  }

  #outgoing(id) {
    const title = el('h2');
    const state = el('p', { class: 'state', role: 'status', testid: 'outgoing-state' });
    const left = countdown();
    const cancel = this.#button('cancel', 'Cancel', id, { class: 'danger' });
    const root = el('article', { class: 'card active', testid: 'outgoing', 'data-call-id': id, tabindex: '-1' },
        title, state, left.root, el('div', { class: 'row buttons' }, cancel));
    return {
      root,
      update: tracked => {
        const { call } = tracked;
        setText(title, `${call.call_type === 'audio' ? 'Audio' : 'Video'} call to ${this.#who(call)}`);
        setText(state, isHeard(call) ? 'Ringing' : 'Calling…');
        root.classList.toggle('heard', isHeard(call));
        left.update(tracked.ringUntil);
        cancel.disabled = tracked.pending !== null;
      },
    };
  }

  #inCall(id, { call }) {
    const title = el('h2');
    const room = el('dd', { testid: 'room-id', class: 'mono' });
    const token = el('code', { testid: 'token' });
    const life = el('dd', { testid: 'token-life', role: 'timer' });
    const copy = el('button', { type: 'button', testid: 'copy-token', class: 'small' }, 'Copy');
    const renew = this.#button('renewToken', 'New token', id, { class: 'small' });
    const end = this.#button('end', 'End call', id, { class: 'danger' });
    const about = el('div', { class: 'about', testid: 'room-note' });
    const since = call.answered_at ? new Date(call.answered_at) : new Date();
    const root = el('article', { class: 'card active live', testid: 'in-call', 'data-call-id': id, tabindex: '-1' },
        title,
        el('dl', {},
            el('dt', {}, 'Since'), el('dd', {}, clockTime(since)),
            el('dt', {}, 'Room'), room,
            el('dt', {}, 'Token'), el('dd', { class: 'row' }, token, copy, renew),
            el('dt', {}, 'Good for'), life),
        about,
        el('div', { class: 'row buttons' }, end));
    let secret = null;
    copy.addEventListener('click', () => copyText(secret, copy));
    return {
      root,
      update: tracked => {
        secret = tracked.token;
        setText(title, `In a${tracked.call.call_type === 'audio' ? 'n audio' : ' video'} call with ${this.#who(tracked.call)}`);
        setText(room, tracked.call.room_id ?? '');
        setText(token, secret ? shorten(secret) : 'none yet');
        const left = tracked.tokenUntil - performance.now();
        setText(life, !secret ? '–' : left > 0 ? `${minutes(left)} more, for one join` : 'over: ask for a new one');
        life.classList.toggle('late', Boolean(secret) && left <= 0);
        copy.disabled = !secret;
        renew.disabled = tracked.pending !== null;
        end.disabled = tracked.pending !== null;
        explainRooms(about, this.#people.simulatedRooms);
      },
    };
  }
}

/** A bar and a text; the whole length is what is left when it is first shown. */
function countdown() {
  const bar = el('progress', { max: '1', 'aria-hidden': 'true' });
  const text = el('span', { role: 'timer', testid: 'countdown' });
  let whole = 0;
  return {
    root: el('p', { class: 'countdown' }, bar, text),
    update: until => {
      const left = Math.max(0, until - performance.now());
      whole = Math.max(whole, left);
      bar.value = whole > 0 ? left / whole : 0;
      setText(text, minutes(left));
    },
  };
}

function explainRooms(about, simulated) {
  const shown = String(simulated);
  if (about.dataset.shown === shown || simulated === null) return;
  about.dataset.shown = shown;
  about.replaceChildren(...simulated
    ? [el('p', {}, el('strong', {}, 'Simulated room. '),
        'No EnableX account is set, so there is no sound and no picture: room and token are made up here, and everything '
        + 'before the media works as it would with real rooms.')]
    : [el('p', {}, 'This is a real EnableX room. Join it with the EnableX Web SDK:'),
        el('pre', {}, 'EnxRtc.joinRoom(token, { audio: true, video: true, data: true },\n'
          + '  (success, error) => { /* success.room, success.publishId */ });')]);
}

async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Not allowed';
  }
  setTimeout(() => { button.textContent = 'Copy'; }, 1_500);
}
