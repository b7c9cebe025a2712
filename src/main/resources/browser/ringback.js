/**
 * Ringback in a web page: rings, is rung, and knows what became of it. The types are in ringback.d.ts.
 */
import { Calls } from './ringback/calls.js';
import { Connection } from './ringback/connection.js';
import { Emitter } from './ringback/emitter.js';
import { RingbackError } from './ringback/errors.js';
import { browserId, randomId } from './ringback/ids.js';
import { closeNotification, isAllowed, listenToServiceWorker, subscribe, unsubscribe } from './ringback/push.js';
import { TabCalls } from './ringback/tab-calls.js';
import { UserToken } from './ringback/user-token.js';

/**
 * @typedef {import('./ringback.js').Ringback} Contract
 * @typedef {import('./ringback.js').Command} Command
 * @typedef {import('./ringback.js').Options} Options
 * @typedef {import('./ringback/calls.js').TrackedCall} TrackedCall
 * @typedef {import('./ringback/connection.js').Answer} Answer
 */

export { RingbackError };

/** How long after its deadline a call is asked for: the service's word should have come by then. */
const OVERDUE_MS = 3_000;
/** By this a page that a notification opened knows which call to accept; the service worker writes it. */
const ACCEPT_HASH = /^#ringback-accept=([0-9a-f-]{36})$/;

/** @implements {Contract} */
export class Ringback {
  /** @type {string} */
  deviceId;
  #name;
  #server;
  #token;
  #connection;
  #calls;
  #tab = new TabCalls();
  #emitter = new Emitter();
  /** Set while connected. @type {AbortController|null} */
  #life = null;
  /** @type {import('./ringback.js').PushOptions|null} */
  #push = null;

  /** @param {Options} options */
  constructor({ token, server, deviceId = browserId(), name }) {
    this.deviceId = deviceId;
    this.#name = name;
    this.#server = new URL(server ?? '.', server ? location.href : import.meta.url);
    if (!this.#server.pathname.endsWith('/')) this.#server.pathname += '/';
    this.#token = new UserToken(token);
    this.#connection = new Connection(this.#server, deviceId, this.#token, {
      event: event => this.#takeEvent(event),
      state: state => this.#connectionIs(state),
    });
    const client = this;
    this.#calls = new Calls({
      get userId() { return client.userId; },
      deviceId,
      holds: callId => this.#tab.holds(callId),
    });
  }

  get userId() {
    return this.#token.userId;
  }

  get connection() {
    return this.#connection.state;
  }

  get calls() {
    return this.#calls.all();
  }

  /** @type {import('./ringback.js').Ringback['on']} */
  on(type, listener) {
    return this.#emitter.on(type, listener);
  }

  connect() {
    if (this.#life) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    listenToServiceWorker({
      event: event => this.#takePush(event),
      accept: (callId, userId) => {
        if (userId !== this.userId) return false;
        this.#acceptFromNotification(callId);
        return true;
      },
      subscriptionChanged: () => this.#pushAgain(),
    }, signal);
    this.#tab.restore().then(() => {
      if (signal.aborted) return;
      this.#connection.start();
      const callId = ACCEPT_HASH.exec(location.hash)?.[1];
      if (!callId) return;
      // a reload must not accept again
      history.replaceState(history.state, '', location.pathname + location.search);
      this.#acceptFromNotification(callId);
    });
  }

  disconnect() {
    this.#life?.abort();
    this.#life = null;
    this.#connection.stop();
    this.#calls.all().forEach(call => clearTimeout(call.timer));
  }

  /** @type {import('./ringback.js').Ringback['call']} */
  async call(users, { type = 'video', ringTimeout, custom } = {}) {
    const ids = typeof users === 'string' ? [users] : users;
    const answer = await this.#send('initiate', {
      ...(ids.length === 1 ? { called_id: ids[0] } : { called_ids: ids }),
      call_type: type,
      device_id: this.deviceId,
      ...(this.#name === undefined ? {} : { caller_name: this.#name }),
      ...(ringTimeout === undefined ? {} : { ring_timeout: ringTimeout }),
      ...(custom === undefined ? {} : { custom }),
    }, { key: randomId() });
    await this.#tab.take(answer.body.call_id, this.userId ?? '');
    return this.#takeAnswer(answer.body);
  }

  /** @param {string} callId */
  async accept(callId) {
    const call = await this.#known(callId);
    if (!await this.#tab.take(callId, this.userId ?? '')) {
      throw new RingbackError('answered_elsewhere', 'Another tab of this browser has answered.');
    }
    try {
      await this.#act('accept', call, {
        device_id: this.deviceId,
        ...(this.#name === undefined ? {} : { user_name: this.#name }),
      });
    } catch (failure) {
      if (isRefusal(failure)) this.#tab.drop(callId);
      this.#settle(call);
      throw failure;
    }
    return call;
  }

  /** @param {string} callId @param {string} [reason] */
  async reject(callId, reason) {
    const call = await this.#known(callId);
    call.did = 'reject';
    return this.#act('reject', call, reason === undefined ? {} : { reason });
  }

  /** @param {string} callId */
  async ignore(callId) {
    const call = await this.#known(callId);
    call.did = 'ignore';
    this.#settle(call);
    return this.#act('ignore', call, { device_id: this.deviceId });
  }

  /** @param {string} callId */
  async cancel(callId) {
    return this.#act('cancel', await this.#known(callId));
  }

  /** @param {string} callId */
  async end(callId) {
    return this.#act('end', await this.#known(callId));
  }

  /** @param {string} callId @param {string|string[]} users */
  async invite(callId, users) {
    return this.#act('invite', await this.#known(callId), { user_ids: typeof users === 'string' ? [users] : users });
  }

  /** @param {string} callId */
  async renewRoomToken(callId) {
    return this.#act('token', await this.#known(callId), { device_id: this.deviceId });
  }

  /** @type {import('./ringback.js').Ringback['history']} */
  async history(query = {}) {
    const known = Object.entries(query).filter(([, value]) => value !== undefined);
    const text = new URLSearchParams(known.map(([name, value]) => [name, String(value)])).toString();
    return (await this.#ask(`api/call${text ? `?${text}` : ''}`)).body;
  }

  async devices() {
    return (await this.#ask('api/push/devices')).body.devices;
  }

  /** @param {string} deviceId */
  async removeDevice(deviceId) {
    succeeded(await this.#connection.post('api/push/unregister', { device_id: deviceId }));
  }

  /** @param {import('./ringback.js').PushOptions} [options] */
  async registerPush(options = {}) {
    const script = options.serviceWorker ?? '/ringback-sw.js';
    const key = (await this.#ask('api/push/vapid-public-key')).body.key;
    const { subscription, worker } = await subscribe(key, script);
    const { body } = succeeded(await this.#connection.post('api/push/subscribe',
        { subscription: subscription.toJSON(), device_id: this.deviceId }));
    worker.postMessage({
      ringback: 'configure',
      server: this.#server.href,
      user_id: this.userId,
      page: new URL(options.page ?? location.pathname + location.search, location.href).href,
      key,
      subscription: subscription.toJSON(),
      texts: options.texts ?? {},
    });
    this.#push = options;
    return body;
  }

  async unregisterPush() {
    this.#push = null;
    const endpoint = await unsubscribe();
    if (endpoint) succeeded(await this.#connection.post('api/push/unsubscribe', { endpoint }));
  }

  #pushAgain() {
    if (this.#push && isAllowed()) this.registerPush(this.#push).catch(failure => console.warn('Ringback:', failure));
  }

  /** @param {import('./ringback.js').ConnectionState} state */
  #connectionIs(state) {
    this.#emitter.emit('connection', state);
    // what ended while the socket was away is in no snapshot
    if (state === 'online') this.#calls.all().filter(call => call.isLive).forEach(call => this.#reread(call.id));
  }

  /** @param {any} event */
  #takeEvent(event) {
    const verdict = this.#calls.takeEvent(event);
    this.#emitter.emit('traffic', { kind: 'event', name: event.type, body: event, verdict });
    if (verdict !== 'news') return;
    if (event.type === 'incoming_call' && event.expires_in_ms > 0) {
      // that it was over by then is told by an event of its own
      this.#send('ringing', { call_id: event.call_id, device_id: this.deviceId }).catch(() => {});
    }
    this.#settle(/** @type {TrackedCall} */ (this.#calls.get(event.call_id)));
  }

  /** A push is a hint without the invitations: what it is about is asked for. @param {any} event */
  async #takePush(event) {
    const known = this.#calls.get(event.call_id);
    const verdict = !known || event.version > known.snapshot.version
      ? 'news' : event.version < known.snapshot.version ? 'stale' : 'duplicate';
    this.#emitter.emit('traffic', { kind: 'push', name: event.type, body: event, verdict });
    if (verdict !== 'news') return;
    const call = await this.#reread(event.call_id);
    if (call && !known) {
      call.ringUntil = performance.now() + event.expires_in_ms;
      this.#settle(call);
    }
  }

  /** @param {string} callId */
  async #acceptFromNotification(callId) {
    try {
      await this.accept(callId);
    } catch (failure) {
      console.warn('Ringback:', failure);
    }
  }

  /**
   * A command on a call; the call that its answer brings is taken in, also where it came too late.
   *
   * @param {Command} command
   * @param {TrackedCall} call
   * @param {object} [more]
   */
  async #act(command, call, more = {}) {
    call.pending = command;
    this.#settle(call);
    try {
      const { body } = await this.#send(command, { call_id: call.id, ...more });
      call.pending = null;
      return body?.call_id ? this.#takeAnswer(body) : call;
    } catch (failure) {
      call.pending = null;
      if (command === 'reject') call.did = null;
      const told = /** @type {RingbackError} */ (failure).problem?.call;
      if (told) this.#takeAnswer(told);
      else this.#settle(call);
      throw failure;
    }
  }

  /**
   * @param {string} command
   * @param {object} body
   * @param {{key?: string}} [how]
   * @throws {RingbackError}
   */
  async #send(command, body, how = {}) {
    this.#emitter.emit('traffic', { kind: 'command', name: command, body });
    const answer = await this.#connection.command(command, body, how);
    this.#emitter.emit('traffic', { kind: 'answer', name: command, body: answer.body, status: answer.status });
    return succeeded(answer);
  }

  /** @param {string} path */
  async #ask(path) {
    return succeeded(await this.#connection.get(path));
  }

  /** @param {any} answer */
  #takeAnswer(answer) {
    const call = this.#calls.takeAnswer(answer);
    this.#settle(call);
    return call;
  }

  /** @param {string} callId */
  async #known(callId) {
    const call = this.#calls.get(callId) ?? await this.#reread(callId);
    if (!call) throw new RingbackError('unknown_call', 'There is no such call.');
    return call;
  }

  /** @param {string} callId */
  async #reread(callId) {
    const { status, body } = await this.#connection.get(`api/call/${encodeURIComponent(callId)}`);
    return status === 200 ? this.#takeAnswer(body) : null;
  }

  /** Tells what is new about a call. @param {TrackedCall} call */
  #settle(call) {
    const before = call.told;
    const now = call.phase;
    call.told = now;
    if (now === 'incoming' && before !== 'incoming') this.#emitter.emit('incoming', call);
    this.#emitter.emit('change', call, before);
    if (now === 'in-call' && call.roomToken && !call.joined) {
      call.joined = true;
      this.#emitter.emit('join', call);
    }
    if (now === 'none' && before !== 'none') this.#emitter.emit('over', call);
    if (now !== before && now !== 'incoming') closeNotification(call.id).catch(() => {});
    if (now === 'in-call' && before !== 'in-call' && !call.roomToken && !call.pending) {
      this.renewRoomToken(call.id).catch(() => {});
    }
    this.#watch(call);
  }

  /** Looks again when the ring should be over: an event may be lost. @param {TrackedCall} call */
  #watch(call) {
    clearTimeout(call.timer);
    if (!this.#life || !call.isLive || !(call.rings || call.told === 'outgoing')) return;
    const left = call.msLeft;
    call.timer = left > 0
      ? setTimeout(() => this.#settle(call), left)
      : setTimeout(() => this.#reread(call.id).then(found => found ?? this.#watch(call)), OVERDUE_MS);
  }
}

/**
 * @param {Answer} answer
 * @throws {RingbackError}
 */
function succeeded(answer) {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return answer;
  if (status === 0) throw new RingbackError(body?.code ?? 'no_answer', body?.error ?? 'The service does not answer.');
  throw new RingbackError(body?.code ?? 'unexpected', body?.error ?? `The service answered with status ${status}.`,
      status, body);
}

/** Whether the service has said no, and not merely nothing. @param {unknown} failure */
function isRefusal(failure) {
  return failure instanceof RingbackError && failure.status >= 400 && failure.status < 500;
}
