/**
 * Draws a laid out picture as SVG. Outcomes differ in shape as well as in colour.
 */
import { svg } from './dom.js';

/** Shapes in a box of 12 by 12 around (0, 0): stroked paths, and filled ones where `fill` is set. */
const SHAPES = {
  request: { fill: true, d: 'M-4 -5 L5 0 L-4 5 Z' },
  committed: { fill: true, d: 'M0 -5.5 L5.5 0 L0 5.5 L-5.5 0 Z' },
  room: { d: 'M-4 5 V-5 H4 V5 Z M1.5 0 V1' },
  token: { d: 'M-5 0 a2.5 2.5 0 1 0 5 0 a2.5 2.5 0 1 0 -5 0 M0 0 H5.5 V3' },
  token_failed: { d: 'M-4 -4 L4 4 M4 -4 L-4 4' },
  told: { d: 'M-5 3 V-4 H5 V3 H0 L-3 5.5 V3 Z' },
  rings: { fill: true, d: 'M-5.5 3.5 C-3.5 1.5 -4 -5 0 -5.5 C4 -5 3.5 1.5 5.5 3.5 Z M-1.5 4.5 H1.5 V6 H-1.5 Z' },
  awake: { d: 'M-2.6 0 a2.6 2.6 0 1 0 5.2 0 a2.6 2.6 0 1 0 -5.2 0 M0 -6 V-4.4 M0 4.4 V6 M-6 0 H-4.4 M4.4 0 H6' },
  accepted: { d: 'M-5.5 0 a5.5 5.5 0 1 0 11 0 a5.5 5.5 0 1 0 -11 0 M-2.6 0 L-0.6 2.2 L2.8 -2.2' },
  rejected: { d: 'M-5.5 0 a5.5 5.5 0 1 0 11 0 a5.5 5.5 0 1 0 -11 0 M-2 -2 L2 2 M2 -2 L-2 2' },
  withdrawn: { d: 'M-5.5 0 a5.5 5.5 0 1 0 11 0 a5.5 5.5 0 1 0 -11 0 M-2.8 0 H2.8' },
  ended: { fill: true, d: 'M-4.5 -4.5 H4.5 V4.5 H-4.5 Z' },
  delivered: { d: 'M-5 0.5 L-1.5 4 L5 -4' },
  try_later: { d: 'M4.6 -1.5 A4.8 4.8 0 1 0 4.2 2.4 M5.4 -5 L4.8 -1.2 L1.2 -1.8' },
  refused: { d: 'M-4 -4 L4 4 M4 -4 L-4 4' },
  unheard: { d: 'M-5 0 a5 5 0 1 0 10 0 a5 5 0 1 0 -10 0 M-3.5 3.5 L3.5 -3.5' },
  dead_token: { d: 'M-3 -5.2 H3 L5.2 -3 V3 L3 5.2 H-3 L-5.2 3 V-3 Z M-2.2 -2.2 L2.2 2.2 M2.2 -2.2 L-2.2 2.2' },
  failed: { d: 'M-4 -4 L4 4 M4 -4 L-4 4' },
  dropped: { d: 'M-5 0 a5 5 0 1 0 10 0 a5 5 0 1 0 -10 0 M-3.5 3.5 L3.5 -3.5' },
  waiting: { d: 'M-5 0 a5 5 0 1 0 10 0 a5 5 0 1 0 -10 0 M0 -3 V0 L2.5 1.5' },
};
const UNKNOWN = { d: 'M-5 0 a5 5 0 1 0 10 0 a5 5 0 1 0 -10 0' };

const LEGEND = [
  ['request', 'request read'], ['committed', 'written down'], ['room', 'room'], ['token', 'room token'],
  ['told', 'sockets told'], ['delivered', 'push delivered'], ['try_later', 'try later'], ['refused', 'refused, failed'],
  ['dead_token', 'dead token'], ['dropped', 'dropped'], ['waiting', 'waits'], ['awake', 'app awake'],
  ['rings', 'device rings'],
  ['accepted', 'answered'], ['rejected', 'declined'], ['withdrawn', 'withdrawn'], ['ended', 'ended'],
];

/**
 * @param {import('./layout.js').Picture} picture
 * @param {string} title
 * @param {string} description
 * @param {(text: string) => void} details is told what a mark says, when it is pointed at
 * @returns {SVGElement}
 */
export function draw(picture, title, description, details) {
  const { width, height } = picture;
  const root = svg('svg', {
    role: 'img', width, height, viewBox: `0 0 ${width} ${height}`, 'aria-labelledby': 'svg-title svg-desc',
  },
  svg('title', { id: 'svg-title' }, title), svg('desc', { id: 'svg-desc' }, description),
  ...grid(picture), ...picture.rows.flatMap(row => drawRow(row, picture)));
  for (const event of ['pointerover', 'click']) {
    root.addEventListener(event, ({ target }) => {
      const text = target.closest('[data-text]')?.dataset.text;
      if (text) details(text);
    });
  }
  return root;
}

/** The meaning of the shapes: pairs of a glyph and its words. */
export function legend() {
  const glyphs = LEGEND.map(([shape, words]) => [
    svg('svg', { width: 16, height: 16, viewBox: '-8 -8 16 16', class: shape }, glyph(shape)), words]);
  const bar = (words, kind) => [
    svg('svg', { width: 26, height: 16, viewBox: '0 -8 26 16', class: `delivered ${kind}` },
        svg('rect', { class: 'bar', x: 1, y: -4, width: 24, height: 8, rx: 2 })), words];
  return [...glyphs, bar('ring, as long as it took', ''), bar('stop or missed call', 'stop')];
}

function grid(picture) {
  const bottom = picture.height - 8;
  return [
    ...picture.ticks.flatMap(tick => [
      svg('line', { class: 'tick', x1: tick.x, x2: tick.x, y1: picture.top - 4, y2: bottom }),
      svg('text', { class: 'tick-label', x: tick.x, y: picture.top - 10, 'text-anchor': 'middle' }, tick.label),
    ]),
    svg('text', { class: 'tick-label', x: 4, y: picture.top - 10 }, 'time, log scale'),
    ...picture.lines.flatMap(line => [
      svg('line', { class: `moment ${line.kind}`, x1: line.x, x2: line.x, y1: line.y - 10, y2: bottom }),
      svg('text', {
        class: `moment-label ${line.kind}`, x: line.x + (line.anchor === 'end' ? -4 : 4), y: line.y,
        'text-anchor': line.anchor,
      }, line.label),
    ]),
  ];
}

function drawRow(row, picture) {
  if (row.heading) {
    return [
      svg('rect', { class: 'heading', x: 0, y: row.y, width: picture.width, height: row.height - 4, rx: 4 }),
      svg('text', { class: 'heading-label', x: 8, y: row.y + 17, 'data-text': row.full }, isolated(row.label)),
      svg('text', { class: 'note', x: row.noteX, y: row.y + 17, 'data-text': row.full }, isolated(row.note)),
    ];
  }
  const middle = row.y + row.height / 2;
  return [
    svg('line', { class: 'rule', x1: 0, x2: picture.width, y1: row.y + row.height, y2: row.y + row.height }),
    svg('text', { class: 'label', x: 8, y: middle + 4, 'data-text': row.full }, isolated(row.label)),
    ...row.marks.map(drawMark),
    svg('text', { class: 'note', x: row.noteX, y: middle + 4, 'data-text': row.full }, isolated(row.note)),
  ];
}

function drawMark(mark) {
  const bar = mark.bar > 0
    ? [svg('rect', { class: 'bar', x: mark.x, y: mark.y - 4, width: mark.bar, height: 8, rx: 2 })]
    : [];
  return svg('g', { class: `mark ${mark.shape}${mark.ring ? '' : ' stop'}`, 'data-shape': mark.shape, 'data-text': mark.text },
      svg('rect', { class: 'target', x: mark.x, y: mark.y - 10, width: mark.end - mark.x, height: 20 }),
      ...bar, svg('g', { transform: `translate(${mark.end - 7} ${mark.y})` }, glyph(mark.shape)));
}

function glyph(shape) {
  const { d, fill } = SHAPES[shape] ?? UNKNOWN;
  return svg('path', { d, class: fill ? 'solid' : 'stroked' });
}

/** A name in another writing direction does not turn its neighbours round. */
const isolated = text => `\u2068${text}\u2069`;
