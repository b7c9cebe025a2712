/**
 * The connection to the service: one STOMP socket that comes back by itself, and HTTP where there is none.
 */
import { Client } from './stomp.js';
import { UserToken } from './token.js';
import { randomId } from './identity.js';

const HEARTBEAT_MS = 10_000;
const CONNECT_WITHIN_MS = 8_000;
const ANSWER_WITHIN_MS = 10_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;

/**
 * @typedef {{status: number, body: object|null}} Answer
 * @typedef {object} Listener
 * @property {(event: object) => void} event a call event came
 * @property {(state: 'connecting'|'online'|'offline', detail?: string) => void} state the connection changed
 */
export class Session {
  #device;
  #listener;
  #token;
  /** The socket that is in use. */
  #client = null;
  /** The one that is being opened. */
  #opening = null;
  #attempts = 0;
  #retry = 0;
  #renewal = 0;
  #waiting = new Map();

  /**
   * @param {{id: string, name: string}} user
   * @param {string} device
   * @param {Listener} listener
   */
  constructor(user, device, listener) {
    this.#device = device;
    this.#listener = listener;
    this.#token = new UserToken(user);
  }

  start() {
    const worker = new Worker('/demo/heartbeat.js');
    worker.onmessage = () => { if (this.#client?.connected) this.#client.webSocket.send('\n'); };
    // the machine woke up or the network is back: do not sit out the delay
    addEventListener('online', () => this.#retryNow());
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.#retryNow(); });
    this.#connect();
  }

  /**
   * Carries out a command of the API. All of them may be repeated, so that one whose answer is lost with the socket is
   * sent once more over HTTP.
   *
   * @returns {Promise<Answer>}
   */
  async command(name, body, { key = null } = {}) {
    if (this.#client?.connected) {
      const answer = await this.#overSocket(name, body, key);
      if (answer) return answer;
    }
    return this.post(name, body, { key });
  }

  /** The same over HTTP. */
  post(name, body, { key = null } = {}) {
    return this.#http(`/api/call/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(key ? { 'Idempotency-Key': key } : {}) },
      body: JSON.stringify(body),
    });
  }

  /** The call as it stands. */
  read(callId) {
    return this.#http(`/api/call/${encodeURIComponent(callId)}`, { headers: {} });
  }

  async #http(path, request) {
    try {
      const token = await this.#token.current();
      const response = await fetch(path, {
        ...request,
        headers: { ...request.headers, Authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : null };
    } catch {
      return { status: 0, body: { code: 'no_answer', error: 'The service does not answer.' } };
    }
  }

  /** @returns {Promise<Answer|null>} null when the answer is lost */
  #overSocket(name, body, key) {
    const id = randomId();
    return new Promise(answer => {
      const timer = setTimeout(() => settle(null), ANSWER_WITHIN_MS);
      const settle = value => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        answer(value);
      };
      this.#waiting.set(id, settle);
      this.#client.publish({
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
    this.#retry = 0;
    if (!this.#client) this.#listener.state('connecting');
    let token;
    try {
      token = await this.#token.current();
    } catch {
      this.#connectLater();
      return;
    }
    this.#open(token);
  }

  #open(token) {
    const client = new Client({
      brokerURL: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
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
    client.onWebSocketClose = () => this.#closed(client);
    this.#opening = client;
    client.activate();
  }

  #connected(client) {
    client.subscribe('/user/queue/replies', frame => this.#replied(frame));
    client.subscribe('/user/queue/calls', frame => this.#listener.event(JSON.parse(frame.body)),
        { 'device-id': this.#device });
    // the old socket goes when the new one listens, so that no ring falls between
    const old = this.#client;
    this.#client = client;
    this.#opening = null;
    old?.deactivate();
    this.#attempts = 0;
    this.#renewal = setTimeout(() => {
      this.#token.forget();
      this.#connect();
    }, this.#token.msToRenewal());
    this.#listener.state('online');
  }

  #closed(client) {
    if (client !== this.#client && client !== this.#opening) return;
    if (client === this.#client) {
      this.#client = null;
      [...this.#waiting.values()].forEach(settle => settle(null));
    } else {
      this.#opening = null;
    }
    this.#connectLater();
  }

  /** Later each time, and at random, so that not all pages come back at once after a restart of the service. */
  #connectLater() {
    if (this.#retry || this.#opening) return;
    clearTimeout(this.#renewal);
    const ceiling = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempts++);
    if (!this.#client) this.#listener.state('offline');
    this.#retry = setTimeout(() => this.#connect(), ceiling * (0.5 + Math.random() / 2));
  }

  #retryNow() {
    if (this.#retry) this.#connect();
  }

  #replied(frame) {
    const body = frame.body ? JSON.parse(frame.body) : null;
    this.#waiting.get(frame.headers['correlation-id'])?.({ status: Number(frame.headers.status), body });
  }
}
