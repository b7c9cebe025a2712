/**
 * What this page knows of its calls. No elements, no network: snapshots go in, phases come out.
 *
 * State is the truth, events are hints: of two snapshots the one with the higher version counts, whichever way it came.
 *
 * @typedef {import('../ringback.js').Call} Call
 * @typedef {import('../ringback.js').Command} Command
 * @typedef {import('../ringback.js').Outcome} Outcome
 * @typedef {import('../ringback.js').Phase} Phase
 * @typedef {import('../ringback.js').Snapshot} Snapshot
 *
 * @typedef {object} Self
 * @property {string|null} userId
 * @property {string} deviceId
 * @property {(callId: string) => boolean} holds whether this tab started or answered the call
 */

/** EnableX takes a room token for this long after it was issued. */
const TOKEN_LIFE_MS = 15 * 60_000;

const isLive = (/** @type {Snapshot} */ { state }) => state === 'ringing' || state === 'accepted';

/** @implements {Call} */
export class TrackedCall {
  /** @type {Snapshot} */
  snapshot;
  /** @type {Command|null} */
  pending = null;
  /** @type {string|null} */
  roomToken = null;
  waiting = false;
  /** What this page did about it. @type {'reject'|'ignore'|'cancel'|'end'|null} */
  did = null;
  /** The last phase that was told. @type {Phase} */
  told = 'none';
  /** Whether the page was told to join the room. */
  joined = false;
  /** Another device of this user answered. */
  lost = false;
  /** Looks at it again when its ring should be over. @type {ReturnType<typeof setTimeout>|undefined} */
  timer;
  /** What came, so that it is not taken twice. @type {Set<string>} */
  seen = new Set();
  /** On the page's monotonic clock. */
  ringUntil;
  #roomTokenUntil = 0;
  #self;

  /**
   * @param {Self} self
   * @param {Snapshot} snapshot
   * @param {number} ringMs
   */
  constructor(self, snapshot, ringMs) {
    this.#self = self;
    this.snapshot = snapshot;
    this.ringUntil = performance.now() + ringMs;
  }

  get id() {
    return this.snapshot.call_id;
  }

  /** @returns {Phase} */
  get phase() {
    const { state } = this.snapshot;
    if (state === 'accepted' && this.#here()) return 'in-call';
    if (this.isOwn) return state === 'ringing' && this.#here() ? 'outgoing' : 'none';
    return this.rings && this.did !== 'ignore' && this.msLeft > 0 ? 'incoming' : 'none';
  }

  /** @returns {Outcome|null} */
  get outcome() {
    if (this.phase !== 'none') return null;
    const { state, reason } = this.snapshot;
    if (state === 'ended') return this.#wasIn() ? reason === 'max_length' ? 'max_length' : 'ended' : this.#unanswered();
    if (this.isOwn) return this.#ownOutcome();
    return this.#unanswered();
  }

  get msLeft() {
    return isLive(this.snapshot) ? Math.max(0, this.ringUntil - performance.now()) : 0;
  }

  get heard() {
    return this.snapshot.invitations.some(invited => Boolean(invited.ringing_at));
  }

  get roomTokenMsLeft() {
    return this.roomToken === null ? 0 : Math.max(0, this.#roomTokenUntil - performance.now());
  }

  get isOwn() {
    return this.snapshot.caller_id === this.#self.userId;
  }

  get isLive() {
    return isLive(this.snapshot);
  }

  /** Whether it still rings for this user, on whatever device. */
  get rings() {
    return this.isLive && this.#leg()?.state === 'ringing';
  }

  /** @param {string} token */
  keepRoomToken(token) {
    this.roomToken = token;
    this.#roomTokenUntil = performance.now() + TOKEN_LIFE_MS;
  }

  /** This user's own leg, undefined in a call of one's own. */
  #leg() {
    return this.snapshot.invitations.find(invited => invited.user_id === this.#self.userId);
  }

  #here() {
    if (!this.#self.holds(this.id) || this.lost) return false;
    if (this.isOwn) return true;
    // held from the moment the answer was sent; another device may have been faster. The call names the first winner only
    const { answered_by_device: winner, invitations } = this.snapshot;
    const first = invitations.every(invited => invited.state !== 'accepted' || invited.user_id === this.#self.userId);
    return this.#leg()?.state === 'accepted' && (!first || !winner || winner === this.#self.deviceId);
  }

  #wasIn() {
    return this.isOwn || this.#leg()?.state === 'accepted';
  }

  /** @returns {Outcome} */
  #ownOutcome() {
    const { state, reason } = this.snapshot;
    if (state === 'rejected') return reason === 'busy' ? 'busy' : 'rejected';
    if (state === 'cancelled') {
      return reason === 'unreachable' ? 'unreachable' : reason === 'timeout' ? 'unanswered' : 'cancelled';
    }
    return 'elsewhere';
  }

  /** @returns {Outcome} */
  #unanswered() {
    switch (this.#leg()?.state) {
      case 'accepted': return 'answered_elsewhere';
      case 'rejected': return this.did === 'reject' ? 'declined' : 'declined_elsewhere';
      case 'ringing': return this.did === 'ignore' ? 'ignored' : 'missed';
      default: return 'missed';
    }
  }
}

/** The calls of one page. */
export class Calls {
  /** @type {Map<string, TrackedCall>} */
  #tracked = new Map();
  #self;

  /** @param {Self} self */
  constructor(self) {
    this.#self = self;
  }

  /** @returns {TrackedCall[]} */
  all() {
    return [...this.#tracked.values()];
  }

  /** @param {string} callId */
  get(callId) {
    return this.#tracked.get(callId);
  }

  /**
   * Takes an event in.
   *
   * @param {Snapshot & {type: string, expires_in_ms: number, user_id?: string, busy?: boolean, token?: string}} event
   * @returns {'news'|'stale'|'duplicate'}
   */
  takeEvent(event) {
    const known = this.#tracked.get(event.call_id);
    if (known && event.version < known.snapshot.version) return 'stale';
    const print = `${event.type} ${event.version} ${event.user_id ?? ''}`;
    if (known?.seen.has(print)) return 'duplicate';
    const call = this.#take(event, event.expires_in_ms);
    call.seen.add(print);
    call.ringUntil = performance.now() + event.expires_in_ms;
    if (event.type === 'call_answered_elsewhere' && event.reason === 'answered_elsewhere') {
      call.lost = Boolean(event.answered_by_device) && event.answered_by_device !== this.#self.deviceId;
    }
    if (event.type === 'incoming_call') {
      call.did = null;
      call.waiting = event.busy === true;
    }
    if (event.token) call.keepRoomToken(event.token);
    return 'news';
  }

  /**
   * Takes in the call that a command or a GET answered with.
   *
   * @param {Snapshot & {token?: string|null, caller_token?: string|null}} answer
   */
  takeAnswer(answer) {
    // both are the service's times, so that their difference is right even where this machine's clock is not
    const call = this.#take(answer, Date.parse(answer.expires_at) - Date.parse(answer.created_at));
    const token = answer.token ?? answer.caller_token;
    if (token) call.keepRoomToken(token);
    return call;
  }

  /**
   * @param {Snapshot} snapshot
   * @param {number} ringMs
   */
  #take(snapshot, ringMs) {
    let call = this.#tracked.get(snapshot.call_id);
    if (!call) {
      call = new TrackedCall(this.#self, snapshot, ringMs);
      this.#tracked.set(snapshot.call_id, call);
    }
    if (snapshot.version >= call.snapshot.version) call.snapshot = snapshot;
    return call;
  }
}
