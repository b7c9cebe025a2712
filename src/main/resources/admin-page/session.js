/**
 * Asks the service with the token of whoever has signed in. The token is kept for this tab only: the ring trace, opened in
 * it, reads with it, too.
 */
const KEPT = 'ringback-admin-token';
const JWT = /^\s*eyJ[\w-]+\.[\w-]+\.[\w-]+\s*$/;

/** What the service did not do, in words. */
export class Refusal extends Error {
  /** @param {number} status 0 where there was no answer */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Session {
  #token = sessionStorage.getItem(KEPT);

  get isOpen() {
    return this.#token !== null;
  }

  /**
   * @param {string} secret the password, or a token
   * @throws {Refusal} when it is neither
   */
  async signIn(secret) {
    const token = JWT.test(secret)
      ? secret.trim()
      : (await this.#ask('/api/admin/sign-in', 'POST', { password: secret }, null)).token;
    await this.#ask('/api/admin/overview', 'GET', null, token);
    this.#token = token;
    sessionStorage.setItem(KEPT, token);
  }

  signOut() {
    this.#token = null;
    sessionStorage.removeItem(KEPT);
  }

  /** @param {string} path @param {Record<string, string|number|null>} [query] null is left out */
  get(path, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== null);
    return this.#ask(given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`, 'GET', null, this.#token);
  }

  /** @param {string} path @param {object} body */
  post(path, body = {}) {
    return this.#ask(path, 'POST', body, this.#token);
  }

  async #ask(path, method, body, token) {
    const headers = {};
    if (token !== null) headers.Authorization = `Bearer ${token}`;
    if (body !== null) headers['Content-Type'] = 'application/json';
    let answer;
    try {
      answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: 'no-store' });
    } catch {
      throw new Refusal(0, 'The service does not answer.');
    }
    if (!answer.ok) throw new Refusal(answer.status, await words(answer, token !== null));
    return answer.status === 204 ? null : answer.json();
  }
}

async function words(answer, withToken) {
  if (answer.status === 401) {
    return withToken ? 'The token is not valid, or has expired.' : 'That is not the password.';
  }
  if (answer.status === 403) return 'This token may not look here: it needs the scope server.';
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 429) {
    return `Too many tries.${problem.retry_after ? ` Try again in ${problem.retry_after} s.` : ''}`;
  }
  return problem.detail ?? `The service failed to answer (${answer.status}).`;
}
