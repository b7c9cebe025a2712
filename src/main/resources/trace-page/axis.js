/**
 * The time axis: logarithmic, since 5 ms matter as much as 45 s do. It begins at 0, which a pure logarithm cannot show.
 */
import { textWidth } from './text.js';

const MARKS = [
  [0, '0'], [1, '1 ms'], [10, '10 ms'], [100, '100 ms'], [1_000, '1 s'], [10_000, '10 s'], [60_000, '1 min'],
  [600_000, '10 min'], [3_600_000, '1 h'], [36_000_000, '10 h'],
];
const BETWEEN_LABELS = 8;
/** Air after the last moment. */
const BEYOND = 1.3;

/**
 * @param {number} lastMs the last moment to be shown
 * @param {number} left where 0 stands
 * @param {number} right the end of the axis
 * @returns {{x: (ms: number) => number, ticks: {x: number, label: string}[]}}
 */
export function axis(lastMs, left, right) {
  const whole = Math.log10(1 + Math.max(1, lastMs) * BEYOND);
  const x = ms => left + (right - left) * Math.log10(1 + Math.max(0, ms)) / whole;
  const ticks = [];
  for (const [ms, label] of MARKS) {
    const at = x(ms);
    if (at > right) break;
    if (ticks.length === 0 || at - ticks.at(-1).x >= room(ticks.at(-1).label, label)) ticks.push({ x: at, label });
  }
  return { x, ticks };
}

const room = (one, other) => (textWidth(one) + textWidth(other)) / 2 + BETWEEN_LABELS;
