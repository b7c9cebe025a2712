/**
 * Simulated phones: devices of this user at which pushes arrive on this page instead of through Apple and Google. The part
 * of the operating system and of the push service's connection is here; that of the app is in phone.js.
 */
import { randomId } from '/ringback/ids.js';
import { byId, setText } from './dom.js';
import { mintToken } from './identity.js';
import { Phone } from './phone.js';
import { PhoneView } from './phone-view.js';

const MOST = 4;
const TICK_MS = 1_000;
const RETRY_MS = 3_000;
/** A token that was found dead is removed after its push was answered. */
const REMOVAL_MS = 1_500;
const MOST_KEPT = 10;

const KINDS = {
  iphone: { name: 'iPhone', channel: 'apns', platforms: { ios: deviceToken, 'ios-alert': deviceToken } },
  android: { name: 'Android', channel: 'fcm', platforms: { android: registrationToken } },
};

/**
 * @typedef {object} Saved what is remembered of a phone
 * @property {'iphone'|'android'} kind
 * @property {string} name
 * @property {string} deviceId
 * @property {Record<string, string>} tokens by platform
 * @property {boolean} off
 * @property {'ok'|'uninstalled'|'slow'|'failing'} behaviour
 */
export class Phones {
  #user;
  #devicesChanged;
  #simulated = {};
  /** With what is kept for them while they are off. @type {{saved: Saved, app: Phone, view: PhoneView, kept: object[]}[]} */
  #phones = [];
  /** @type {EventSource|null} */
  #stream = null;
  #listening = Promise.resolve();
  /** A push comes twice while two streams are open. */
  #seen = new Set();
  #retry = 0;

  /**
   * @param {{id: string, name: string}} user
   * @param {() => void} devicesChanged
   */
  constructor(user, devicesChanged) {
    this.#user = user;
    this.#devicesChanged = devicesChanged;
  }

  async start() {
    const response = await fetch('/demo/users');
    this.#simulated = (await response.json()).simulated_pushes;
    const { apns, fcm } = this.#simulated;
    byId('phones').hidden = !apns && !fcm;
    byId('add-iphone').hidden = !apns;
    byId('add-android').hidden = !fcm;
    const missing = apns && fcm ? 'APNs key and no FCM credentials are' : apns ? 'APNs key is' : 'FCM credentials are';
    setText(byId('phones-why'), `No ${missing} set, so pushes go here, built by the same code as real ones.`);
    byId('add-iphone').addEventListener('click', () => this.#add('iphone'));
    byId('add-android').addEventListener('click', () => this.#add('android'));
    const remembered = JSON.parse(sessionStorage.getItem(this.#memory) ?? '[]');
    // once there are credentials a made-up token would go to Apple or Google
    remembered.filter(saved => this.#simulated[KINDS[saved.kind].channel]).forEach(saved => this.#draw(saved));
    setInterval(() => this.#phones.forEach(phone => phone.view.update()), TICK_MS);
    await this.#listen();
    await Promise.all(this.#phones.map(phone => this.#startApp(phone)));
  }

  /** An app in a call is open and has a socket of its own. Here that is the page's: it is the same user's. */
  learn(call) {
    this.#phones.filter(({ app }) => app.inCall?.callId === call.id).forEach(({ app }) => app.learn(call.snapshot));
  }

  /** Logging out: the next user of these phones must not get this one's calls. */
  async leave() {
    await Promise.allSettled(this.#phones.map(phone => this.#unregister(phone)));
  }

  get #memory() {
    return `ringback.phones.${this.#user.id}`;
  }

  #save() {
    sessionStorage.setItem(this.#memory, JSON.stringify(this.#phones.map(phone => phone.saved)));
    const full = this.#phones.length >= MOST;
    byId('add-iphone').disabled = byId('add-android').disabled = full;
  }

  async #add(kind) {
    const phone = this.#draw({
      kind, name: this.#freeName(KINDS[kind].name), deviceId: `${kind}-${randomId()}`, tokens: newTokens(kind), off: false,
      behaviour: 'ok',
    });
    await this.#listen();
    await this.#startApp(phone);
  }

  #freeName(base) {
    const names = this.#phones.map(({ saved }) => saved.name);
    const numbered = Array.from({ length: MOST }, (_, i) => i === 0 ? base : `${base} ${i + 1}`);
    return numbered.find(name => !names.includes(name));
  }

  /** @param {Saved} saved */
  #draw(saved) {
    const session = { userId: this.#user.id, token: () => mintToken(this.#user) };
    const app = new Phone(saved.deviceId, session, () => view.update());
    const view = new PhoneView(saved, app, {
      remove: () => this.#remove(phone),
      switchOff: off => this.#switchOff(phone, off),
      behave: behaviour => this.#behave(phone, behaviour),
    });
    const phone = { saved, app, view, kept: [] };
    this.#phones.push(phone);
    byId('phone-list').append(view.root);
    view.update();
    this.#save();
    return phone;
  }

  /** As at each start of an app: it registers its tokens again, and asks what goes on. */
  async #startApp(phone) {
    const { saved, app, view } = phone;
    try {
      if (saved.behaviour !== 'ok') await this.#tellBehaviour(saved);
      if (saved.behaviour === 'uninstalled') return;
      for (const [platform, token] of Object.entries(saved.tokens)) {
        await this.#post('/api/push/register', { platform, token, device_id: saved.deviceId });
      }
      await app.catchUp();
      view.problem(null);
    } catch (failure) {
      view.problem(`Not registered: ${failure.message}`);
    }
    this.#devicesChanged();
  }

  async #remove(phone) {
    phone.app.forget();
    phone.view.root.remove();
    this.#phones = this.#phones.filter(other => other !== phone);
    this.#save();
    this.#listen();
    await this.#unregister(phone).catch(() => {
      // the service does not answer; the device can be removed from the list of devices
    });
    this.#devicesChanged();
  }

  #unregister({ saved }) {
    return this.#post('/api/push/unregister', { device_id: saved.deviceId });
  }

  #switchOff(phone, off) {
    phone.saved.off = off;
    this.#save();
    if (off) {
      phone.app.forget();
      return;
    }
    // what the push service has kept for it
    const kept = phone.kept.splice(0).filter(push => push.until > Date.now());
    kept.forEach(({ platform, event }) => phone.app.take(platform, event));
    phone.view.update();
    phone.app.catchUp().catch(() => {
      // it is in no call as far as it knows
    });
  }

  async #behave(phone, behaviour) {
    const { saved, app, view } = phone;
    const again = saved.behaviour === 'uninstalled' && behaviour !== 'uninstalled';
    saved.behaviour = behaviour;
    if (behaviour === 'uninstalled') app.forget();
    // an app that is installed anew gets new tokens
    if (again) saved.tokens = newTokens(saved.kind);
    this.#save();
    view.update();
    try {
      if (again) {
        await this.#listen();
        await this.#startApp(phone);
      } else {
        await this.#tellBehaviour(saved);
      }
    } catch (failure) {
      view.problem(failure.message);
    }
  }

  async #tellBehaviour({ tokens, behaviour }) {
    for (const token of Object.values(tokens)) await this.#post('/demo/phones', { token, behaviour });
  }

  /** Hears of the pushes to the tokens there are now. One change at a time: each waits for the stream of the one before. */
  #listen() {
    this.#listening = this.#listening.then(() => this.#openStream());
    return this.#listening;
  }

  /** The stream before ends only when the new one is open, so that no push falls in between. */
  #openStream() {
    clearTimeout(this.#retry);
    const tokens = this.#phones.flatMap(({ saved }) => Object.values(saved.tokens));
    const before = this.#stream;
    this.#stream = null;
    if (tokens.length === 0) {
      before?.close();
      return Promise.resolve();
    }
    const stream = new EventSource(`/demo/pushes?${new URLSearchParams(tokens.map(token => ['token', token]))}`);
    this.#stream = stream;
    stream.addEventListener('push', event => this.#pushed(event));
    return new Promise(done => {
      stream.addEventListener('open', () => {
        before?.close();
        done();
      });
      stream.addEventListener('error', () => {
        done();
        // a lost stream comes back by itself, one that was refused does not
        if (stream.readyState !== EventSource.CLOSED || stream !== this.#stream) return;
        this.#stream = before;
        this.#retry = setTimeout(() => this.#listen(), RETRY_MS);
      });
    });
  }

  #pushed({ lastEventId, data }) {
    const push = JSON.parse(data);
    const print = `${lastEventId} ${push.at}`;
    if (this.#seen.has(print)) return;
    this.#seen.add(print);
    const phone = this.#phones.find(({ saved }) => Object.values(saved.tokens).includes(push.token));
    if (!phone) return;
    const body = JSON.parse(push.body);
    const event = body.message?.data ?? body;
    phone.view.sent(push, event, phone.saved.off);
    if (push.behaviour === 'uninstalled') setTimeout(this.#devicesChanged, REMOVAL_MS);
    if (push.behaviour === 'uninstalled' || push.behaviour === 'failing') return;
    if (!phone.saved.off) phone.app.take(push.platform, event);
    else phone.kept = [...phone.kept, { platform: push.platform, event, until: until(push) }].slice(-MOST_KEPT);
  }

  async #post(path, body) {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await mintToken(this.#user)}` },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error((await response.json()).error);
  }
}

const newTokens = kind =>
  Object.fromEntries(Object.entries(KINDS[kind].platforms).map(([platform, make]) => [platform, make()]));

/** How long the push service keeps a push for a phone that is off: as the push says. */
function until({ at, headers, body }) {
  const { message } = JSON.parse(body);
  return message ? Date.parse(at) + parseInt(message.android.ttl, 10) * 1_000
    : headers.find(({ name }) => name === 'apns-expiration').value * 1_000;
}

/** As Apple gives them out: 32 bytes. */
function deviceToken() {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), byte => byte.toString(16).padStart(2, '0')).join('');
}

function registrationToken() {
  return `simulated:${randomId()}${randomId()}`;
}
