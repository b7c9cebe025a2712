/**
 * Draws a phone: its screen, its switches, and what was sent to it.
 */
import { clockTime, el, minutes, setText } from './dom.js';
import { initial } from './people.js';
import { entry } from './push-entry.js';

const KEPT = 20;
const SVG = 'http://www.w3.org/2000/svg';
const HANDSET = 'M2 14.5v-2c5.2-5 14.8-5 20 0v2c0 .9-.6 1.3-1.4 1.1l-3.3-.9c-.6-.2-.9-.6-1-1.2l-.3-1.8c-2.5-.8-5.5-.8-8 0'
    + 'l-.3 1.8c-.1.6-.4 1-1 1.2l-3.3.9c-.8.2-1.4-.2-1.4-1.1z';
const BEHAVIOURS = { ok: 'works', slow: 'is slow', failing: 'is failing', uninstalled: 'says: app removed' };

/**
 * @typedef {object} Actions
 * @property {() => void} remove
 * @property {(off: boolean) => void} switchOff
 * @property {(behaviour: string) => void} behave
 */
export class PhoneView {
  #saved;
  #app;
  #screen;
  #shown = '';
  #ticking = () => {};
  #behaviour;
  #state;
  #problem;
  #sent;
  #nothing;

  /** @type {HTMLElement} */
  root;

  /**
   * @param {import('./phones.js').Saved} saved
   * @param {import('./phone.js').Phone} app
   * @param {Actions} actions
   */
  constructor(saved, app, actions) {
    this.#saved = saved;
    this.#app = app;
    const { kind, name, deviceId } = saved;
    this.#screen = el('div', { class: 'screen', testid: 'screen', tabindex: '-1' });
    this.#behaviour = el('select', { testid: 'behaviour', 'aria-label': `The push service of ${name}`,
      onchange: ({ target }) => actions.behave(target.value) },
        ...Object.entries(BEHAVIOURS).map(([value, words]) => el('option', { value }, words)));
    this.#behaviour.value = saved.behaviour;
    const off = el('input', { type: 'checkbox', testid: 'switched-off', 'aria-label': `Switch off ${name}`,
      onchange: () => actions.switchOff(off.checked) });
    off.checked = saved.off;
    this.#state = el('small', { testid: 'phone-state' });
    this.#problem = el('p', { class: 'late', role: 'status' });
    this.#sent = el('ol', { class: 'pushes', testid: 'sent' });
    this.#nothing = el('p', { class: 'faint' }, 'Nothing yet. Let somebody call you.');
    this.root = el('article', { class: `phone ${kind}`, role: 'group', 'aria-label': name, testid: kind,
      'data-device-id': deviceId },
        el('div', { class: 'case' }, this.#screen),
        el('div', { class: 'row between' }, el('div', { class: 'who' }, el('h3', {}, name), this.#state),
            el('button', { type: 'button', class: 'small', testid: 'remove', 'aria-label': `Remove ${name}`,
              onclick: actions.remove }, 'Remove')),
        el('label', { class: 'check' }, off, 'Switched off'),
        el('label', { class: 'service' }, 'The push service', this.#behaviour),
        this.#problem,
        el('h4', {}, 'What was sent'), this.#nothing, this.#sent);
  }

  problem(text) {
    setText(this.#problem, text ?? '');
  }

  /** @param {object} push as the service made it @param {Record<string, any>} event in it @param {boolean} off */
  sent(push, event, off) {
    this.#sent.prepend(entry(push, event, off));
    while (this.#sent.children.length > KEPT) this.#sent.lastElementChild.remove();
    this.#nothing.hidden = true;
  }

  /** Draws anew only what has changed: a button must not vanish under a finger, nor a ring be announced twice. */
  update() {
    const { ring, inCall, notifications } = this.#app;
    const { off, behaviour } = this.#saved;
    setText(this.#state, off ? 'off' : behaviour === 'uninstalled' ? 'no app' : ring?.told ? 'rings, acknowledged'
      : ring ? 'rings' : inCall ? 'in a call' : 'idle');
    const [state, draw] = off ? ['off', () => this.#off()]
      : behaviour === 'uninstalled' ? ['gone', () => this.#lock('The app is not installed.')]
      : ring ? [`ring ${ring.callId} ${ring.answering} ${Boolean(inCall)}`, () => this.#ring(ring, inCall)]
      : inCall ? [`call ${inCall.callId}`, () => this.#inCall(inCall)]
      : [`lock ${notifications.map(shown => `${shown.callId} ${shown.at}`)}`, () => this.#lock(null)];
    if (state !== this.#shown) {
      this.#shown = state;
      this.#ticking = () => {};
      this.#screen.className = `screen ${state.split(' ')[0]}`;
      const hadFocus = this.#screen.contains(document.activeElement);
      this.#screen.replaceChildren(...draw());
      if (hadFocus) this.#screen.focus();
    }
    this.#ticking();
  }

  #off() {
    return [el('p', { class: 'dim', testid: 'is-off' }, 'Switched off')];
  }

  #lock(hint) {
    const time = el('p', { class: 'clock' });
    const date = el('p', { class: 'date' });
    this.#ticking = () => {
      const now = new Date();
      setText(time, now.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false }));
      setText(date, now.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' }));
    };
    const shown = hint ? [] : this.#app.notifications;
    return [date, time,
      el('ul', { class: 'notifications', 'aria-live': 'polite' }, ...shown.map(one => el('li', { testid: 'notification' },
          el('span', { class: 'app', 'aria-hidden': 'true' }, handset('up')),
          el('span', { class: 'words' }, el('strong', { dir: 'auto' }, one.title), el('span', {}, one.text)),
          el('time', {}, clockTime(one.at).slice(0, 5))))),
      hint ? el('p', { class: 'dim' }, hint) : null].filter(Boolean);
  }

  #ring(ring, inCall) {
    const kind = ring.type === 'audio' ? 'Audio' : 'Video';
    const iphone = this.#saved.kind === 'iphone';
    const about = el('div', { class: 'caller', role: 'alert', testid: 'phone-ring' },
        iphone ? null : el('span', { class: 'kind' }, `Ringback · ${kind} call`),
        iphone ? null : el('span', { class: 'face', 'aria-hidden': 'true' }, initial(ring.caller)),
        el('strong', { class: 'name', dir: 'auto', testid: 'phone-caller' }, ring.caller),
        iphone ? el('span', { class: 'kind' }, `Ringback ${kind}…`) : null,
        inCall ? el('span', { class: 'kind' }, 'Accepting ends the other call') : null);
    return [about, el('div', { class: 'answers' },
        this.#button('Decline', 'no', ring.answering, () => this.#app.decline()),
        this.#button('Accept', 'yes', ring.answering, () => this.#app.accept()))];
  }

  #inCall(call) {
    const time = el('span', { class: 'kind', role: 'timer' });
    this.#ticking = () => setText(time, minutes(Date.now() - call.since));
    return [
      el('div', { class: 'caller', testid: 'phone-in-call' },
          el('span', { class: 'kind', role: 'status' }, `In ${call.type === 'audio' ? 'an audio' : 'a video'} call`),
          el('strong', { class: 'name', dir: 'auto' }, call.with), time),
      el('div', { class: 'answers' }, this.#button('Hang up', 'no', false, () => this.#app.hangUp())),
    ];
  }

  #button(words, kind, disabled, action) {
    return el('button', { type: 'button', class: kind, testid: `phone-${words.toLowerCase().replace(' ', '-')}`, disabled,
      'aria-label': `${words} on ${this.#saved.name}`, onclick: action },
        el('span', { class: 'disc' }, handset(kind === 'yes' ? 'up' : 'down')), el('span', { class: 'word' }, words));
  }
}

function handset(way) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `handset ${way}`);
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', HANDSET);
  svg.append(path);
  return svg;
}
