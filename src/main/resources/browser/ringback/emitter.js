/** @typedef {import('../ringback.js').Events} Events */

/** Who listens to what. */
export class Emitter {
  /** @type {Map<string, Set<Function>>} */
  #listeners = new Map();

  /**
   * @template {keyof Events} T
   * @param {T} type
   * @param {(...details: Events[T]) => void} listener
   * @returns {() => void} ends it
   */
  on(type, listener) {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => { listeners.delete(listener); };
  }

  /**
   * A listener that throws keeps nothing from the others: its error goes where uncaught ones go.
   *
   * @template {keyof Events} T
   * @param {T} type
   * @param {Events[T]} details
   */
  emit(type, ...details) {
    for (const listener of this.#listeners.get(type) ?? []) {
      try {
        listener(...details);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
