/**
 * Small helpers for the page's elements. Text reaches the page as text nodes only, so that nobody's name is markup.
 */

/** The element with this id; the page is broken without it. */
export const byId = id => document.getElementById(id);

/**
 * Makes an element.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} attributes `onclick` and the like are listeners, `testid` is `data-testid`, true is
 *   an attribute without value, null and false are left out
 * @param {...(Node|string|null)} children
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name === 'testid') element.dataset.testid = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** Sets the text only where it differs: a live region must not speak again, nor a selection be lost. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export const clockTime = date => date.toLocaleTimeString([], { hour12: false });

/** A moment in few words: the time today, else the day, too. */
export function when(date) {
  const today = date.toDateString() === new Date().toDateString();
  return today ? clockTime(date) : date.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short', hour12: false });
}

/** Milliseconds as m:ss, rounded up, so that 0:00 means over. */
export function minutes(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Ends and length of a secret, enough to tell two apart. */
export const shorten = secret => secret.length <= 20 ? secret : `${secret.slice(0, 8)}…${secret.slice(-6)}`;
