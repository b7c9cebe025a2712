const KEY = 'ringback.calls';
const REMEMBERED = 20;

/**
 * The calls that this tab started or answered, kept over a reload. Each is held by a lock, so that of several tabs of one
 * browser, a duplicated one among them, one alone is in the call.
 */
export class TabCalls {
  /** @type {Map<string, () => void>} by call, how to let it go */
  #held = new Map();

  /** Takes back what this tab held before it was loaded anew. */
  async restore() {
    await Promise.all(remembered().map(callId => this.take(callId)));
  }

  /** @param {string} callId */
  holds(callId) {
    return this.#held.has(callId);
  }

  /**
   * @param {string} callId
   * @returns {Promise<boolean>} false when another tab of this browser has it
   */
  async take(callId) {
    if (this.#held.has(callId)) return true;
    const release = await lock(`ringback.call.${callId}`);
    if (!release) return false;
    this.#held.set(callId, release);
    remember([callId, ...remembered().filter(id => id !== callId)]);
    return true;
  }

  /** @param {string} callId */
  drop(callId) {
    this.#held.get(callId)?.();
    this.#held.delete(callId);
    remember(remembered().filter(id => id !== callId));
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

/** @returns {string[]} */
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
  } catch {
    return [];
  }
}

/** @param {string[]} callIds */
function remember(callIds) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(callIds.slice(0, REMEMBERED)));
  } catch {
    // storage is forbidden: a reload forgets
  }
}
