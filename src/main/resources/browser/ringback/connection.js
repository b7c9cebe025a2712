import { Client } from './stomp/index.js';
import { randomId } from './ids.js';

const HEARTBEAT_MS = 10_000;
const CONNECT_WITHIN_MS = 8_000;
const ANSWER_WITHIN_MS = 10_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
/** The close code by which the service says that the token has expired. */
const POLICY_VIOLATION = 1008;

/**
 * @typedef {import('../ringback.js').ConnectionState} ConnectionState
 * @typedef {import('./user-token.js').UserToken} UserToken
 * @typedef {{status: number, body: any}} Answer
 *
 * @typedef {object} Listener
 * @property {(event: any) => void} event a call event came
 * @property {(state: ConnectionState) => void} state the connection changed
 */

/** The way to the service: one STOMP socket that comes back by itself, and HTTP where there is none. */
export class Connection {
  /** @type {ConnectionState} */
  state = 'offline';
  #server;
  #device;
  #token;
  #listener;
  #wanted = false;
  /** The socket that is in use. @type {Client|null} */
  #client = null;
  /** The one that is being opened. @type {Client|null} */
  #opening = null;
  #attempts = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #retry;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #renewal;
  /** @type {Map<string, (answer: Answer|null) => void>} */
  #waiting = new Map();
  /** Ends what goes on while it is wanted. @type {AbortController|null} */
  #life = null;

  /**
   * @param {URL} server
   * @param {string} device
   * @param {UserToken} token
   * @param {Listener} listener
   */
  constructor(server, device, token, listener) {
    this.#server = server;
    this.#device = device;
    this.#token = token;
    this.#listener = listener;
  }

  start() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#life = new AbortController();
    const { signal } = this.#life;
    beat(this.#server, signal, () => { if (this.#client?.connected) this.#client.webSocket?.send('\n'); });
    // the machine woke up or the network is back: do not sit out the delay
    addEventListener('online', () => this.#retryNow(), { signal });
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.#retryNow(); }, { signal });
    this.#connect();
  }

  stop() {
    this.#wanted = false;
    this.#life?.abort();
    clearTimeout(this.#retry);
    clearTimeout(this.#renewal);
    this.#retry = undefined;
    const sockets = [this.#client, this.#opening];
    this.#client = this.#opening = null;
    sockets.forEach(socket => socket?.deactivate());
    this.#giveUpWaiting();
    this.#become('offline');
  }

  /**
   * Carries out a command of the API. All of them may be repeated, so that one whose answer is lost with the socket is
   * sent once more over HTTP.
   *
   * @param {string} name
   * @param {object} body
   * @param {{key?: string}} [options] an idempotency key, for the one command that needs it to be repeatable
   * @returns {Promise<Answer>}
   */
  async command(name, body, { key } = {}) {
    if (this.#client?.connected) {
      const answer = await this.#overSocket(this.#client, name, body, key);
      if (answer) return answer;
    }
    return this.post(`api/call/${name}`, body, key ? { 'Idempotency-Key': key } : {});
  }

  /**
   * @param {string} path
   * @param {object} body
   * @param {Record<string, string>} [headers]
   */
  post(path, body, headers = {}) {
    return this.#http(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** @param {string} path */
  get(path) {
    return this.#http(path, { headers: {} });
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   * @returns {Promise<Answer>} with status 0 when there is none
   */
  async #http(path, request, again = true) {
    let token;
    try {
      token = await this.#token.current();
    } catch (failure) {
      return { status: 0, body: { code: 'no_token', error: `There is no user token: ${failure}` } };
    }
    try {
      const response = await fetch(new URL(path, this.#server), {
        ...request,
        headers: { ...request.headers, Authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      if (response.status === 401 && again) {
        this.#token.forget();
        return await this.#http(path, request, false);
      }
      const text = await response.text();
      return { status: response.status, body: response.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : null };
    } catch {
      return { status: 0, body: null };
    }
  }

  /**
   * @param {Client} client
   * @param {string} name
   * @param {object} body
   * @param {string|undefined} key
   * @returns {Promise<Answer|null>} null when the answer is lost
   */
  #overSocket(client, name, body, key) {
    const id = randomId();
    return new Promise(answer => {
      const timer = setTimeout(() => settle(null), ANSWER_WITHIN_MS);
      const settle = (/** @type {Answer|null} */ value) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        answer(value);
      };
      this.#waiting.set(id, settle);
      client.publish({
        destination: `/app/call/${name}`,
        headers: {
          'content-type': 'application/json',
          'correlation-id': id,
          ...(key ? { 'idempotency-key': key } : {}),
        },
        body: JSON.stringify(body),
      });
    });
  }

  async #connect() {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (!this.#client) this.#become('connecting');
    let token;
    try {
      token = await this.#token.current();
    } catch (failure) {
      console.warn('Ringback: no user token;', failure);
      this.#connectLater();
      return;
    }
    if (this.#wanted && !this.#opening) this.#open(token);
  }

  /** @param {string} token */
  #open(token) {
    const address = new URL('ws', this.#server);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const client = new Client({
      brokerURL: address.href,
      connectHeaders: { Authorization: `Bearer ${token}` },
      connectionTimeout: CONNECT_WITHIN_MS,
      heartbeatIncoming: HEARTBEAT_MS,
      heartbeatOutgoing: HEARTBEAT_MS,
      discardWebsocketOnCommFailure: true,
      // a new attempt is a new client with a fresh token
      reconnectDelay: 0,
    });
    client.onConnect = () => this.#connected(client);
    client.onStompError = () => this.#token.forget();
    client.onWebSocketClose = ({ code }) => {
      if (code === POLICY_VIOLATION) this.#token.forget();
      this.#closed(client);
    };
    this.#opening = client;
    client.activate();
  }

  /** @param {Client} client */
  #connected(client) {
    if (client !== this.#opening) return;
    client.subscribe('/user/queue/replies', frame => this.#replied(frame));
    client.subscribe('/user/queue/calls', frame => this.#listener.event(JSON.parse(frame.body)),
        { 'device-id': this.#device });
    // the old socket goes when the new one listens, so that no ring falls between
    const old = this.#client;
    this.#client = client;
    this.#opening = null;
    old?.deactivate();
    this.#attempts = 0;
    this.#renewInTime();
    this.#become('online');
  }

  #renewInTime() {
    clearTimeout(this.#renewal);
    const left = this.#token.msToRenewal();
    if (left === Infinity) return;
    this.#renewal = setTimeout(() => {
      this.#token.forget();
      this.#connect();
    }, left);
  }

  /** @param {Client} client */
  #closed(client) {
    if (client !== this.#client && client !== this.#opening) return;
    if (client === this.#client) {
      this.#client = null;
      this.#giveUpWaiting();
    } else {
      this.#opening = null;
    }
    this.#connectLater();
  }

  #giveUpWaiting() {
    [...this.#waiting.values()].forEach(settle => settle(null));
  }

  /** Later each time, and at random, so that not all pages come back at once after a restart of the service. */
  #connectLater() {
    if (!this.#wanted || this.#retry || this.#opening) return;
    clearTimeout(this.#renewal);
    const ceiling = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempts++);
    if (!this.#client) this.#become('offline');
    this.#retry = setTimeout(() => this.#connect(), ceiling * (0.5 + Math.random() / 2));
  }

  #retryNow() {
    if (this.#retry) this.#connect();
  }

  /** @param {import('./stomp/index.js').IMessage} frame */
  #replied(frame) {
    const body = frame.body ? JSON.parse(frame.body) : null;
    this.#waiting.get(frame.headers['correlation-id'])?.({ status: Number(frame.headers.status), body });
  }

  /** @param {ConnectionState} state */
  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.#listener.state(state);
  }
}

/**
 * Calls `send` often enough for the service's heartbeats, in hidden pages, too.
 *
 * @param {URL} server
 * @param {AbortSignal} signal
 * @param {() => void} send
 */
async function beat(server, signal, send) {
  const script = new URL('ringback/heartbeat.js', server);
  try {
    // a worker must come from the page's own origin; elsewhere it is made of the text of the file
    const worker = script.origin === location.origin
      ? new Worker(script)
      : new Worker(URL.createObjectURL(await (await fetch(script)).blob()));
    worker.onmessage = send;
    // where a content policy forbids it, the error comes later
    worker.onerror = event => {
      event.preventDefault();
      beatByTimer(signal, send);
    };
    if (signal.aborted) worker.terminate();
    signal.addEventListener('abort', () => worker.terminate());
  } catch {
    beatByTimer(signal, send);
  }
}

/**
 * The socket of a hidden page may then be lost and found again, as browsers slow its timers.
 *
 * @param {AbortSignal} signal
 * @param {() => void} send
 */
function beatByTimer(signal, send) {
  if (signal.aborted) return;
  const timer = setInterval(send, HEARTBEAT_MS - 1_000);
  signal.addEventListener('abort', () => clearInterval(timer));
}
