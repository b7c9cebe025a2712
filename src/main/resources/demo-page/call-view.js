/**
 * Shows calls: the ring dialog for those that come in, a card each for those that go out or are under way.
 */
import { byId, clockTime, el, minutes, setText, shorten } from './dom.js';
import { initial } from './people.js';
import { others } from './words.js';

/**
 * @typedef {import('/ringback.js').Call} Call
 * @typedef {{root: HTMLElement, update: (call: Call) => void}} Card
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
    // of itself it closes only a modal dialog
    this.#dialog.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !this.#dialog.matches(':modal')) this.#dialog.close();
    });
  }

  /** @param {readonly Call[]} calls */
  render(calls) {
    for (const call of calls) this.#show(call, call.phase);
    this.#toggleDialog();
  }

  #show(call, phase) {
    const id = call.id;
    let shown = this.#cards.get(id);
    if (shown && shown.phase !== phase) {
      this.#remove(id, shown);
      shown = undefined;
    }
    if (phase === 'none') return;
    if (!shown) {
      shown = { phase, ...this.#make(phase, call) };
      this.#cards.set(id, shown);
      byId(phase === 'incoming' ? 'ring-cards' : 'calls').append(shown.root);
    }
    shown.update(call);
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
    // the phones on the page ring, too, and must be within reach
    const beside = byId('phone-list').childElementCount > 0;
    if (ringing && beside && this.#dialog.matches(':modal')) this.#dialog.close();
    if (ringing && !this.#dialog.open) {
      if (beside) this.#dialog.show();
      else this.#dialog.showModal();
      // not a button: whoever is typing just now must not answer with the next space
      this.#dialog.focus();
    }
    if (!ringing && this.#dialog.open) this.#dialog.close();
    if (!ringing) whenClosed();
  }

  /** @returns {Card} */
  #make(phase, { id, snapshot }) {
    switch (phase) {
      case 'incoming': return this.#incoming(id);
      case 'outgoing': return this.#outgoing(id);
      default: return this.#inCall(id, snapshot);
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
      update: call => {
        const { call_type: type, caller_id: caller, invitations } = call.snapshot;
        setText(who, this.#who(call.snapshot));
        setText(avatar, initial(this.#who(call.snapshot)));
        setText(kind, `${type === 'audio' ? 'Audio' : 'Video'} call from ${caller}`
            + (invitations.length > 1 ? ` to ${invitations.length} people` : ''));
        busy.hidden = !call.waiting;
        left.update(call.msLeft);
        buttons.forEach(button => { button.disabled = call.pending !== null; });
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
      update: call => {
        setText(title, `${call.snapshot.call_type === 'audio' ? 'Audio' : 'Video'} call to ${this.#who(call.snapshot)}`);
        setText(state, call.heard ? 'Ringing' : 'Calling…');
        root.classList.toggle('heard', call.heard);
        left.update(call.msLeft);
        cancel.disabled = call.pending !== null;
      },
    };
  }

  #inCall(id, snapshot) {
    const title = el('h2');
    const room = el('dd', { testid: 'room-id', class: 'mono' });
    const token = el('code', { testid: 'token' });
    const life = el('span', { testid: 'token-life', role: 'timer' });
    const copy = el('button', { type: 'button', testid: 'copy-token', class: 'small' }, 'Copy');
    const renew = this.#button('renewToken', 'New token', id, { class: 'small' });
    const end = this.#button('end', 'End call', id, { class: 'danger' });
    const about = el('div', { class: 'about', testid: 'room-note' });
    const since = snapshot.answered_at ? new Date(snapshot.answered_at) : new Date();
    const root = el('article', { class: 'card active live', testid: 'in-call', 'data-call-id': id, tabindex: '-1' },
        title,
        el('dl', {},
            el('dt', {}, 'Since'), el('dd', {}, clockTime(since)),
            el('dt', {}, 'Room'), room,
            el('dt', {}, 'Token'), el('dd', { class: 'row' }, token, copy, renew),
            el('dt', {}, 'Good for'), el('dd', {}, life)),
        about,
        el('div', { class: 'row buttons' }, end));
    let secret = null;
    copy.addEventListener('click', () => copyText(secret, copy));
    return {
      root,
      update: call => {
        secret = call.roomToken;
        setText(title, `In a${call.snapshot.call_type === 'audio' ? 'n audio' : ' video'} call with ${this.#who(call.snapshot)}`);
        setText(room, call.snapshot.room_id ?? '');
        setText(token, secret ? shorten(secret) : 'none yet');
        const left = call.roomTokenMsLeft;
        setText(life, !secret ? '–' : left > 0 ? `${minutes(left)} more, for one join` : 'over: ask for a new one');
        life.classList.toggle('late', Boolean(secret) && left <= 0);
        copy.disabled = !secret;
        renew.disabled = call.pending !== null;
        end.disabled = call.pending !== null;
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
    update: left => {
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
