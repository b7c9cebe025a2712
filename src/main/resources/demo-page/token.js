/**
 * The user's token, minted anew before it ends. A real app would ask its own backend here.
 */
const RENEW_BEFORE_MS = 60_000;

export class UserToken {
  #user;
  #minted = null;

  constructor(user) {
    this.#user = user;
  }

  /** A token that is good for a while yet. */
  async current() {
    if (this.msToRenewal() <= 0) this.#minted = await this.#mint();
    return this.#minted.value;
  }

  /** Time left until the token should be replaced; 0 when there is none. */
  msToRenewal() {
    return this.#minted === null ? 0 : Math.max(0, this.#minted.renewAt - performance.now());
  }

  /** Drops a token that the server does not like. */
  forget() {
    this.#minted = null;
  }

  async #mint() {
    const response = await fetch('/demo/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user_id: this.#user.id, name: this.#user.name }),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(body.error ?? 'no token');
    // how long it lasts by the server's own clock: this machine's may be wrong
    const issuedAt = Date.parse(response.headers.get('Date')) || Date.now();
    const life = Date.parse(body.expires_at) - issuedAt;
    return { value: body.token, renewAt: performance.now() + life - Math.min(RENEW_BEFORE_MS, life / 2) };
  }
}
