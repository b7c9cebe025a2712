const KEY = 'ringback.calls';
const REMEMBERED = 20;

/**
 * The calls that this tab started or answered, kept over a reload. Each is held by a lock, so that of several tabs of one
 * browser, a duplicated one among them, one alone is in the call.
 */
export class TabCalls {
  /** By call, how to let it go. @type {Map<string, () => void>} */
  #held = new Map();

  /** Takes back what this tab held before it was loaded anew. */
  async restore() {
    await Promise.all(remembered().map(({ callId, userId }) => this.take(callId, userId)));
  }

  /** @param {string} callId */
  holds(callId) {
    return this.#held.has(callId);
  }

  /**
   * @param {string} callId
   * @param {string} userId two tabs of one browser may be two users, and both in the call
   * @returns {Promise<boolean>} false when another tab of this user in this browser has it
   */
  async take(callId, userId) {
    if (this.#held.has(callId)) return true;
    const release = await lock(`ringback.call.${callId}.${userId}`);
    if (!release) return false;
    this.#held.set(callId, release);
    remember([{ callId, userId }, ...others(callId)]);
    return true;
  }

  /** @param {string} callId */
  drop(callId) {
    this.#held.get(callId)?.();
    this.#held.delete(callId);
    remember(others(callId));
  }
}

/**
 * @param {string} name
 * @returns {Promise<(() => void)|null>} how to release it, null when another tab has it. A tab that closes releases it
 */
function lock(name) {
  // missing on plain http beyond localhost: then tabs do not know of each other
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((answer, fail) => {
    navigator.locks.request(name, { ifAvailable: true }, granted => {
      if (!granted) {
        answer(null);
        return undefined;
      }
      return new Promise(release => answer(() => release(undefined)));
    }).catch(fail);
  });
}

/** @param {string} callId */
const others = callId => remembered().filter(call => call.callId !== callId);

/** @returns {{callId: string, userId: string}[]} */
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
  } catch {
    return [];
  }
}

/** @param {{callId: string, userId: string}[]} calls */
function remember(calls) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(calls.slice(0, REMEMBERED)));
  } catch {
    // storage is forbidden: a reload forgets
  }
}
