/**
 * What the app on a phone does with its pushes and with the user's taps: the part that an app of your own has to do, too.
 * No elements, and of the demo only that the user's session is a token minted anew.
 *
 * Pushes come late, twice, in the wrong order, or not at all. What holds is the version: of two things that are told of a
 * call the one with the higher version is true.
 */

const STOPS = new Set(['call_cancelled', 'call_answered_elsewhere', 'call_ended', 'call_missed']);
const MOST_NOTIFICATIONS = 3;

/** Why {@link Phone} could not do what it was asked: the service's own words. */
class Refusal extends Error {
  constructor(status, problem) {
    super(problem?.error ?? `The service answered with status ${status}.`);
    this.code = problem?.code;
    /** The call as it stands, where the refusal is about that. */
    this.call = problem?.call;
  }
}

/**
 * @typedef {object} Ring
 * @property {string} callId
 * @property {string} caller
 * @property {'audio'|'video'} type
 * @property {string|undefined} actionToken lets the app act on this call without the user's session
 * @property {ReturnType<typeof setTimeout>} end when nobody answers
 * @property {boolean} told whether the service knows that it rings here
 * @property {boolean} answering
 *
 * @typedef {{title: string, text: string, at: Date, callId?: string}} Notification
 */
export class Phone {
  /** What rings, by call, the newest last. @type {Map<string, Ring>} */
  #rings = new Map();
  /** What has been told of each call: the highest version, and whether the ring was over by then. */
  #known = new Map();
  #deviceId;
  #session;
  #changed;

  /** @type {{callId: string, with: string, type: string, since: Date}|null} */
  inCall = null;
  /** On the lock screen, newest first. @type {Notification[]} */
  notifications = [];

  /**
   * @param {string} deviceId the same wherever this installation of the app names itself
   * @param {{userId: string, token: () => Promise<string>}} session of the user who is logged in to the app
   * @param {() => void} changed
   */
  constructor(deviceId, session, changed) {
    this.#deviceId = deviceId;
    this.#session = session;
    this.#changed = changed;
  }

  /** @returns {Ring|null} what rings now: of several calls the one that came last */
  get ring() {
    return [...this.#rings.values()].at(-1) ?? null;
  }

  /**
   * A push has arrived. FCM carries texts only, so numbers may be texts here.
   *
   * @param {string} platform of the token that it came to
   * @param {Record<string, any>} push
   */
  take(platform, push) {
    const version = Number(push.version);
    if (push.type === 'incoming_call' && platform === 'ios-alert') {
      // no app runs yet: iOS shows the words that came along
      this.#notify(push);
    } else if (push.type === 'incoming_call') {
      this.#incoming(push, version, Number(push.expires_in_ms));
    } else if (STOPS.has(push.type) && this.#isNews(push.call_id, version)) {
      this.#over(push, version);
    }
    this.#changed();
  }

  /** A VoIP push that is not shown has to be reported to CallKit all the same, and ended at once: iOS demands it. */
  #incoming(push, version, msLeft) {
    const known = this.#known.get(push.call_id);
    const stale = !this.#isNews(push.call_id, version) || (known?.over && version <= known.version);
    if (stale || !(msLeft > 0)) return;
    this.#known.set(push.call_id, { version, over: false });
    // a repeated push is no second ring, but its sender did not hear that this phone rings
    clearTimeout(this.#rings.get(push.call_id)?.end);
    const ring = {
      callId: push.call_id,
      caller: push.caller_name ?? push.caller_id,
      type: push.call_type,
      actionToken: push.action_token,
      // by the time left and not by `expires_at`: a phone's clock may be wrong
      end: setTimeout(() => this.#stop(push.call_id), msLeft),
      told: false,
      answering: this.#rings.get(push.call_id)?.answering ?? false,
    };
    this.#rings.set(ring.callId, ring);
    this.#acknowledge(ring);
  }

  /** Says at once that it rings, or it is pushed again; then looks whether it still should: the push may have been late. */
  async #acknowledge(ring) {
    try {
      await this.#act('ringing', ring);
      ring.told = true;
      this.learn(await this.#ask('GET', `/api/call/${ring.callId}`, await this.#tokenFor(ring)));
    } catch (failure) {
      if (failure.call) this.learn(failure.call);
      // without network it rings on until its time is over
    }
  }

  /** A stop, or word of a missed call. */
  #over(push, version) {
    const own = push.type === 'call_answered_elsewhere' && push.answered_by_device === this.#deviceId;
    this.#known.set(push.call_id, { version, over: true });
    this.#stop(push.call_id);
    if (this.inCall?.callId === push.call_id && !own) this.inCall = null;
    if (push.type === 'call_missed') this.#notify(push);
  }

  #isNews(callId, version) {
    return version >= (this.#known.get(callId)?.version ?? 0);
  }

  /** Takes in the call as the service shows it, however it was learnt. @param {import('/ringback.js').Snapshot} call */
  learn(call) {
    if (!this.#isNews(call.call_id, call.version)) return;
    const leg = call.invitations.find(invited => invited.user_id === this.#session.userId);
    const over = leg?.state !== 'ringing';
    this.#known.set(call.call_id, { version: call.version, over });
    if (over) this.#stop(call.call_id);
    if (this.inCall?.callId === call.call_id && call.state === 'ended') this.inCall = null;
    this.#changed();
  }

  async decline() {
    const ring = this.ring;
    if (!ring || ring.answering) return;
    this.#stop(ring.callId);
    this.#changed();
    await this.#orSay('Not declined', async () => this.learn(await this.#act('reject', ring)));
  }

  /** Needs the user's own session: an action token from a push may not answer. */
  async accept() {
    const ring = this.ring;
    if (!ring || ring.answering) return;
    ring.answering = true;
    this.#changed();
    const { inCall: other } = this;
    try {
      const call = await this.#ask('POST', '/api/call/accept', await this.#session.token(), this.#names(ring));
      // here the app joins the room with `call.token`
      this.learn(call);
      this.#stop(ring.callId);
      if (other) await this.hangUp();
      this.inCall = { callId: ring.callId, with: ring.caller, type: ring.type, since: new Date() };
    } catch (failure) {
      this.#say('Not answered', failure);
      // without an answer it rings on, and the user may try again
      if (failure instanceof Refusal) this.#stop(ring.callId);
    }
    // a repeated push may have taken its place
    const still = this.#rings.get(ring.callId);
    if (still) still.answering = false;
    this.#changed();
  }

  async hangUp() {
    const call = this.inCall;
    if (!call) return;
    this.inCall = null;
    this.#changed();
    await this.#orSay('Not hung up', async () =>
      this.learn(await this.#ask('POST', '/api/call/end', await this.#session.token(), { call_id: call.callId })));
  }

  /** After a start of the app: it may have been ended in the middle of a call. */
  async catchUp() {
    const { calls } = await this.#ask('GET', '/api/call/active', await this.#session.token());
    const call = calls.find(one => one.state === 'accepted' && one.answered_by_device === this.#deviceId);
    if (!call) return;
    this.inCall = { callId: call.call_id, with: call.caller_name, type: call.call_type, since: new Date(call.answered_at) };
    this.#changed();
  }

  /** The app is removed, or the phone is switched off. */
  forget() {
    this.#rings.forEach(ring => clearTimeout(ring.end));
    this.#rings.clear();
    this.inCall = null;
    this.notifications = [];
    this.#changed();
  }

  #stop(callId) {
    clearTimeout(this.#rings.get(callId)?.end);
    if (this.#rings.delete(callId)) this.#changed();
  }

  /** On an iPhone's alert token iOS shows what came along; elsewhere the app finds the words. */
  #notify(push) {
    const kind = push.call_type === 'audio' ? 'audio' : 'video';
    const { title, body: text } = push.aps?.alert ?? { title: push.caller_name, body: `Missed ${kind} call` };
    const others = this.notifications.filter(shown => shown.callId !== push.call_id);
    this.notifications = [{ title, text, at: new Date(), callId: push.call_id }, ...others].slice(0, MOST_NOTIFICATIONS);
  }

  async #orSay(title, action) {
    try {
      await action();
    } catch (failure) {
      this.#say(title, failure);
    }
  }

  #say(title, failure) {
    const text = failure.code === 'answered_elsewhere' ? 'Another device was faster' : failure.message;
    this.notifications = [{ title, text, at: new Date() }, ...this.notifications].slice(0, MOST_NOTIFICATIONS);
    this.#changed();
  }

  async #act(command, ring) {
    return this.#ask('POST', `/api/call/${command}`, await this.#tokenFor(ring), this.#names(ring));
  }

  /** A push that was too large for its push service comes without the action token. */
  #tokenFor(ring) {
    return ring.actionToken ?? this.#session.token();
  }

  #names(ring) {
    return { call_id: ring.callId, device_id: this.#deviceId };
  }

  async #ask(method, path, token, body) {
    const response = await fetch(path, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    const answer = text ? JSON.parse(text) : null;
    if (!response.ok) throw new Refusal(response.status, answer);
    return answer;
  }
}
