/**
 * How wide a text is drawn in the picture: roughly, and rather too wide. It must not depend on a page to be drawn on.
 */

/** Of the picture's 12 px letters. */
const LETTER = 6.6;
const CAPITAL = 9.6;
const WIDEST = 12.5;
const WIDE_SCRIPTS_FROM = 0x1100;

/** @param {string} text */
export function textWidth(text) {
  return letters(text).reduce((sum, letter) => sum + widthOf(letter), 0);
}

/** The text, or as much of it as has room, with a sign that there is more. */
export function cut(text, room) {
  if (textWidth(text) <= room) return text;
  let width = WIDEST;
  const kept = letters(text).filter(letter => {
    width += widthOf(letter);
    return width <= room;
  });
  return `${kept.join('').trimEnd()}…`;
}

/** As readers see them: a flag or a family is one. */
function letters(text) {
  return Array.from(new Intl.Segmenter().segment(text), part => part.segment);
}

function widthOf(letter) {
  if (letter.codePointAt(0) >= WIDE_SCRIPTS_FROM || /[MWm@%]/.test(letter)) return WIDEST;
  return /[A-Zw]/.test(letter) ? CAPITAL : LETTER;
}
