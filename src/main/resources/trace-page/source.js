/**
 * Asks the service for a trace. The token is kept here, in memory, and nowhere else; whoever has signed in to the admin page
 * in this tab brings that page's.
 */
const ADMINS = 'ringback-admin-token';
const SENDABLE = /^[!-~]+$/;

/**
 * @typedef {{trace: object}|{ask: string|null}|{problem: string}} Answer a trace; or ask for a token, with the reason why
 *   there is none or the last was not taken; or a problem that another token does not solve
 */
export class Source {
  #callId;
  #user;
  #token = null;

  /**
   * @param {string} callId
   * @param {string|null} user whom to be, where the service lets anybody be anybody
   */
  constructor(callId, user) {
    this.#callId = callId;
    this.#user = user;
    if (user === null) this.#token = sessionStorage.getItem(ADMINS);
  }

  /** @param {string} token to ask with from now on */
  use(token) {
    this.#token = token;
    this.#user = null;
  }

  /** @returns {Promise<Answer>} */
  async ask() {
    try {
      if (this.#token === null && this.#user !== null) await this.#mint();
      if (this.#token === null) return { ask: null };
      if (!SENDABLE.test(this.#token)) return this.#refused('That is not a token.');
      const answer = await this.#get();
      // a demo token that has expired is replaced, once
      if (answer.status !== 401 || this.#user === null) return await this.#read(answer);
      await this.#mint();
      return this.#token === null ? { ask: null } : await this.#read(await this.#get());
    } catch {
      return { problem: 'The service does not answer.' };
    }
  }

  async #mint() {
    const answer = await fetch('/demo/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user_id: this.#user }),
    });
    this.#token = answer.ok ? (await answer.json()).token : null;
  }

  #get() {
    return fetch(`/api/call/${encodeURIComponent(this.#callId)}/trace`, {
      headers: { Authorization: `Bearer ${this.#token}` },
      cache: 'no-store',
    });
  }

  async #read(answer) {
    if (answer.ok) return { trace: await answer.json() };
    switch (answer.status) {
      case 401: return this.#refused('The token is not valid, or has expired.');
      case 403: return this.#refused('This token may not see the trace: only the caller’s may, or one with the scope server.');
      case 404: return this.#refused('There is no such call, or the token’s user has no part in it.');
      case 400: return { problem: 'There is no such call: the address does not end in the id of one.' };
      case 429: return { problem: 'The service was asked too often. Reload in a moment.' };
      default: return { problem: `The service failed to answer (${answer.status}).` };
    }
  }

  #refused(why) {
    this.#token = null;
    this.#user = null;
    return { ask: why };
  }
}
