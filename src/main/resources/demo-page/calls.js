/**
 * What this tab knows of its calls. No elements, no network: snapshots go in, phases come out.
 *
 * State is the truth, events are hints: of two snapshots the one with the higher version counts, whichever way it came.
 */
const STARTED = 'ringback.started';
const REMEMBERED = 20;
/** EnableX takes a room token for this long after it was issued. */
const TOKEN_LIFE_MS = 15 * 60_000;

/**
 * @typedef {'incoming'|'outgoing'|'in-call'|'none'} Phase what this tab shows of a call
 *
 * @typedef {object} Tracked
 * @property {object} call the newest snapshot
 * @property {boolean} here this tab started or answered the call
 * @property {number} ringUntil on the page's own monotonic clock
 * @property {boolean} silenced ignored on this device
 * @property {boolean} busy call waiting
 * @property {string|null} pending the command that is under way
 * @property {string|null} token room token
 * @property {number} tokenUntil when the token ends, on the monotonic clock
 */
export class Calls {
  #tracked = new Map();
  #me;
  #device;

  constructor(me, device) {
    this.#me = me;
    this.#device = device;
  }

  /** @returns {Tracked[]} */
  all() {
    return [...this.#tracked.values()];
  }

  /** @returns {Tracked|undefined} */
  get(callId) {
    return this.#tracked.get(callId);
  }

  /**
   * Takes an event in.
   *
   * @returns {'news'|'stale'|'duplicate'}
   */
  takeEvent(event) {
    const known = this.#tracked.get(event.call_id);
    if (known && event.version < known.call.version) return 'stale';
    const print = `${event.type} ${event.version} ${event.user_id ?? ''}`;
    if (known?.seen.has(print)) return 'duplicate';
    const tracked = this.#take(event, event.expires_in_ms);
    tracked.seen.add(print);
    if (event.type === 'incoming_call') {
      tracked.ringUntil = performance.now() + event.expires_in_ms;
      tracked.silenced = false;
      tracked.busy = event.busy === true;
    }
    if (event.token) this.#keepToken(tracked, event.token);
    return 'news';
  }

  /**
   * Takes in the call that a command or a GET answered with.
   *
   * @param {boolean} started this tab made the call by that command
   * @returns {Tracked}
   */
  takeAnswer(call, { started = false } = {}) {
    // both are the server's times, so that their difference is right even where this machine's clock is not
    const tracked = this.#take(call, Date.parse(call.expires_at) - Date.parse(call.created_at));
    if (started) this.#remember(tracked);
    const token = call.token ?? call.caller_token;
    if (token) this.#keepToken(tracked, token);
    return tracked;
  }

  /** @returns {Phase} */
  phase({ call, here, silenced, ringUntil }) {
    if (call.state === 'accepted' && here) return 'in-call';
    if (call.caller_id === this.#me) return call.state === 'ringing' && here ? 'outgoing' : 'none';
    return this.rings(call) && !silenced && performance.now() < ringUntil ? 'incoming' : 'none';
  }

  /** This user's own leg of a call, undefined in a call of one's own. */
  leg(call) {
    return call.invitations.find(leg => leg.user_id === this.#me);
  }

  /** Whether the call still rings for this user, on whatever device. */
  rings(call) {
    return isLive(call) && this.leg(call)?.state === 'ringing';
  }

  #take(call, ringMs) {
    let tracked = this.#tracked.get(call.call_id);
    if (!tracked) {
      tracked = {
        call, here: startedHere().includes(call.call_id), ringUntil: performance.now() + ringMs, silenced: false,
        busy: false, pending: null, token: null, tokenUntil: 0, seen: new Set(),
      };
      this.#tracked.set(call.call_id, tracked);
    }
    if (call.version >= tracked.call.version) tracked.call = call;
    if (this.#answeredHere(call)) tracked.here = true;
    return tracked;
  }

  #answeredHere(call) {
    return this.leg(call)?.state === 'accepted' && call.answered_by_device === this.#device;
  }

  #keepToken(tracked, token) {
    tracked.token = token;
    tracked.tokenUntil = performance.now() + TOKEN_LIFE_MS;
  }

  #remember(tracked) {
    tracked.here = true;
    const ids = [tracked.call.call_id, ...startedHere()].slice(0, REMEMBERED);
    sessionStorage.setItem(STARTED, JSON.stringify(ids));
  }
}

export const isLive = call => call.state === 'ringing' || call.state === 'accepted';

/** Whether a device of a called user has said that it rings. */
export const isHeard = call => call.invitations.some(leg => leg.ringing_at);

const startedHere = () => JSON.parse(sessionStorage.getItem(STARTED) ?? '[]');
