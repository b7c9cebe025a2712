/** A token is replaced this long before it ends. */
const RENEW_BEFORE_MS = 60_000;

/** The user's token, asked for anew before it ends. */
export class UserToken {
  /** @type {() => string|Promise<string>} */
  #provider;
  /** @type {{value: string, renewAt: number}|null} */
  #kept = null;
  /** @type {Promise<string>|null} */
  #asking = null;
  /** Whom it names; null before the first one. @type {string|null} */
  userId = null;

  /** @param {() => string|Promise<string>} provider */
  constructor(provider) {
    this.#provider = provider;
  }

  /**
   * A token that is good for a while yet.
   *
   * @returns {Promise<string>}
   */
  async current() {
    if (this.#kept && this.msToRenewal() > 0) return this.#kept.value;
    this.#asking ??= this.#ask().finally(() => { this.#asking = null; });
    return this.#asking;
  }

  /** Time left until the token should be replaced, in ms; 0 without one, Infinity when it does not say when it ends. */
  msToRenewal() {
    return this.#kept === null ? 0 : Math.max(0, this.#kept.renewAt - performance.now());
  }

  /** Drops a token that the service does not like. */
  forget() {
    this.#kept = null;
  }

  async #ask() {
    const value = await this.#provider();
    const claims = claimsOf(value);
    this.userId = claims.sub;
    this.#kept = { value, renewAt: performance.now() + msUntilRenewal(claims) };
    return value;
  }
}

/**
 * When to replace a token. By its own times, where they can be believed: a clock that is wrong by hours must not make a
 * page ask for tokens without end. Then the service says when it is over.
 *
 * @param {{exp?: number, iat?: number}} claims
 */
function msUntilRenewal({ exp, iat }) {
  if (!exp) return Infinity;
  const byClock = exp * 1000 - Date.now();
  const whole = iat ? (exp - iat) * 1000 : byClock;
  if (byClock <= 0) return Infinity;
  const life = Math.min(byClock, whole);
  return life - Math.min(RENEW_BEFORE_MS, life / 2);
}

/**
 * @param {string} token
 * @returns {{sub: string, exp?: number, iat?: number}}
 */
function claimsOf(token) {
  try {
    const payload = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), character => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims.sub === 'string') return claims;
  } catch {
    // said below
  }
  throw new TypeError('The token provider must give a JWT with the claim sub.');
}
