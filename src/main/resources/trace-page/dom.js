/**
 * Makes elements. Text reaches the page as text nodes only, so that nobody's name is markup.
 */
const SVG = 'http://www.w3.org/2000/svg';

/** The element with this id; the page is broken without it. */
export const byId = id => document.getElementById(id);

/**
 * Makes an HTML element.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} attributes null is left out
 * @param {...(Node|string)} children
 */
export const el = (tag, attributes, ...children) => filled(document.createElement(tag), attributes, children);

/** The same for SVG. */
export const svg = (tag, attributes, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

/**
 * A sentence whose names keep their own writing direction.
 *
 * @param {(string|{name: string})[]} parts
 */
export const sentence = parts => parts.map(part => typeof part === 'string' ? part : el('bdi', {}, part.name));

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}
