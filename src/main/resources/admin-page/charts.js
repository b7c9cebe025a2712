/**
 * Draws figures over time as SVG. A table beside them says the same.
 */
import { el, svg } from '/trace/assets/dom.js';
import { duration } from '/trace/assets/words.js';
import { when } from './words.js';

/** From the bottom of a bar to its top: member of a span, words, class. */
export const OUTCOMES = [
  ['answered', 'Answered', 'answered'], ['ringing', 'Ringing', 'ringing'], ['declined', 'Declined', 'declined'],
  ['given_up', 'Given up', 'given-up'], ['unanswered', 'Unanswered', 'unanswered'],
  ['unreachable', 'Unreachable', 'unreachable'],
];
const PERCENTILES = [['half', 'half within'], ['most', '95 % within']];
const HEIGHT = 150;
const TOP = 10;
const BOTTOM = HEIGHT - 20;
const LEFT = 52;
const RIGHT = 6;
const TICKS = 3;
const MINUTES = [10, 5];

/** What the marks of a picture mean. @param {'outcomes'|'percentiles'} of */
export function key(of) {
  const entries = of === 'outcomes'
    ? OUTCOMES.map(([, words, kind]) => [svg('rect', { class: kind, x: 1, y: 1, width: 10, height: 10, rx: 2 }), words])
    : PERCENTILES.map(([kind, words]) => [svg('path', { class: kind, d: 'M0 6 H12' }), words]);
  return el('ul', { class: 'key' }, ...entries.map(([mark, words]) =>
    el('li', {}, svg('svg', { width: 12, height: 12, viewBox: '0 0 12 12', 'aria-hidden': 'true' }, mark), words)));
}

/** How many calls were placed in each span, and what became of them. */
export function bars(figures, width) {
  const frame = new Frame(figures, width, Math.max(...figures.spans.map(span => span.placed), 0), wholeSteps);
  return picture('Calls by outcome', `${figures.spans.reduce((sum, span) => sum + span.placed, 0)} calls`, width,
      ...frame.scale(value => `${value}`),
      ...figures.spans.map(span => {
        const { x, wide, isNow } = frame.place(span);
        let sum = 0;
        const parts = OUTCOMES.filter(([member]) => span[member] > 0).map(([member, , kind]) => {
          const from = frame.y(sum);
          sum += span[member];
          const to = frame.y(sum);
          return svg('rect', { class: `${kind}${isNow ? ' now' : ''}`, x: x + 1, y: to, width: Math.max(2, wide - 2), height: Math.max(0, from - to) });
        });
        const words = OUTCOMES.filter(([member]) => span[member] > 0)
          .map(([member, name]) => `${span[member]} ${name.toLowerCase()}`);
        return svg('g', { 'data-placed': span.placed }, svg('title', {}, `${when(span.at)}: ${span.placed} calls: ${words.join(', ')}`), ...parts);
      }));
}

/** How long it took in each span. @param {'ring'|'answer'} what */
export function lines(figures, what, width) {
  const members = { half: `${what}_p50_ms`, most: `${what}_p95_ms` };
  const known = figures.spans.filter(span => Number.isFinite(span[members.most]));
  const frame = new Frame(figures, width, Math.max(...known.map(span => span[members.most]), 0), timeSteps);
  const title = what === 'ring' ? 'Time until a phone rings' : 'Time until somebody answers';
  return picture(title, known.length === 0 ? 'No call' : `Lately 95 % within ${duration(known.at(-1)[members.most])}`, width,
      ...frame.scale(round),
      ...['most', 'half'].flatMap(kind => runs(known, figures.span_seconds).map(run => svg('path', {
        class: kind, d: run.map((span, i) => `${i === 0 ? 'M' : 'L'}${frame.middle(span)} ${frame.y(span[members[kind]])}`).join(' '),
      }))),
      ...known.map(span => svg('g', {}, svg('title', {}, `${when(span.at)}: half within ${duration(span[members.half])}, 95 % within ${duration(span[members.most])}`),
          ...['most', 'half'].map(kind => svg('circle', { class: kind, cx: frame.middle(span), cy: frame.y(span[members[kind]]), r: 2.5 })))));
}

/** Spans without a gap between them: what is not known is not drawn. */
function runs(spans, seconds) {
  const found = [];
  for (const span of spans) {
    const before = found.at(-1)?.at(-1);
    if (before && Date.parse(span.at) - Date.parse(before.at) === seconds * 1_000) found.at(-1).push(span);
    else found.push([span]);
  }
  return found;
}

/** Where things stand in a picture. */
class Frame {
  #from;
  #to;
  #step;
  #width;
  #top;
  #seconds;

  constructor({ since, at, span_seconds: seconds }, width, most, steps) {
    this.#seconds = seconds;
    this.#from = Date.parse(since);
    this.#to = (Math.floor(Date.parse(at) / 1_000 / seconds) + 1) * seconds * 1_000;
    this.#width = width;
    this.#step = steps(most / TICKS);
    this.#top = this.#step * Math.max(1, Math.ceil(most / this.#step));
  }

  #x(ms) {
    return LEFT + (this.#width - LEFT - RIGHT) * (ms - this.#from) / (this.#to - this.#from);
  }

  y(value) {
    return BOTTOM - (BOTTOM - TOP) * value / this.#top;
  }

  place(span) {
    const start = Date.parse(span.at);
    const x = this.#x(start);
    return { x, wide: this.#x(start + this.#seconds * 1_000) - x, isNow: start + this.#seconds * 1_000 >= this.#to };
  }

  middle(span) {
    const { x, wide } = this.place(span);
    return x + wide / 2;
  }

  scale(words) {
    const marks = [];
    for (let value = 0; value <= this.#top; value += this.#step) {
      marks.push(svg('line', { class: 'scale', x1: LEFT, x2: this.#width - RIGHT, y1: this.y(value), y2: this.y(value) }),
          svg('text', { class: 'label', x: LEFT - 6, y: this.y(value) + 4, 'text-anchor': 'end' }, value === 0 ? '0' : words(value)));
    }
    for (const minutes of MINUTES) {
      marks.push(svg('text', { class: 'label', x: this.#x(this.#to - minutes * 60_000), y: HEIGHT - 4, 'text-anchor': 'middle' }, `${minutes} min ago`));
    }
    marks.push(svg('text', { class: 'label', x: this.#width - RIGHT, y: HEIGHT - 4, 'text-anchor': 'end' }, 'now'));
    return marks;
  }
}

/** A round number of milliseconds. */
const round = ms => ms < 1_000 ? `${ms} ms` : ms < 60_000 ? `${ms / 1_000} s` : duration(ms);

const wholeSteps = rough => Math.max(1, nice(rough, [1, 2, 5, 10]));

/** In milliseconds. */
const timeSteps = rough => rough >= 1_000 && rough < 60_000
  ? 1_000 * nice(rough / 1_000, [1, 2, 5, 10, 20])
  : Math.max(1, nice(rough, [1, 2, 5, 10]));

/** The next round number. */
function nice(rough, steps) {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, Number.MIN_VALUE)));
  return power * (steps.find(step => step * power >= rough) ?? steps.at(-1));
}

let pictures = 0;

function picture(title, description, width, ...children) {
  pictures += 1;
  const id = `picture-${pictures}`;
  return svg('svg', { role: 'img', width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, 'aria-labelledby': `${id}-title ${id}-desc` },
      svg('title', { id: `${id}-title` }, title), svg('desc', { id: `${id}-desc` }, description), ...children);
}
