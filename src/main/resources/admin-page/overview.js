/**
 * The figures: right now, lately, and how pushes go.
 */
import { byId, el } from '/trace/assets/dom.js';
import { duration } from '/trace/assets/words.js';
import { bars, key, lines, OUTCOMES } from './charts.js';
import { timeOf } from './words.js';

const MS = 1_000;
/** A second is what is promised. */
const OVERDUE_S = 1;

export class Overview {
  #figures = null;

  constructor() {
    byId('span-heads').replaceChildren(...['From', 'Calls', ...OUTCOMES.map(([, words]) => words), 'Rings: half within',
      '95 % within', 'Answer: half within', '95 % within'].map((text, i) =>
      el('th', { scope: 'col', class: i === 0 ? null : 'number' }, text)));
    new ResizeObserver(() => this.#draw()).observe(byId('charts'));
  }

  show(figures) {
    this.#figures = figures;
    this.#now(figures);
    this.#draw();
    byId('spans').replaceChildren(...figures.spans.toReversed().map(row));
    byId('channels').replaceChildren(...figures.channels.map(channel));
    byId('channels-box').hidden = figures.channels.length === 0;
    byId('no-channels').hidden = figures.channels.length > 0;
    byId('cut').hidden = figures.whole;
  }

  #now({ at, ringing, accepted, spans, span_seconds: seconds, channels, node }) {
    const end = Math.floor(Date.parse(at) / MS / seconds) * seconds * MS;
    const minute = spans.filter(span => Date.parse(span.at) >= end - 60 * MS && Date.parse(span.at) < end);
    const sum = name => spans.reduce((total, span) => total + span[name], 0);
    const over = sum('placed') - sum('ringing');
    const sent = channels.reduce((total, one) => total + one.sends, 0);
    const taken = channels.reduce((total, one) => total + one.delivered, 0);
    const rings = spans.findLast(span => span.ring_p95_ms !== undefined && span.ring_p95_ms !== null);
    tiles('now', [
      ['Ringing', ringing], ['In a call', accepted],
      ['Calls in the last minute', minute.reduce((total, span) => total + span.placed, 0)],
      ['Answered', percent(sum('answered'), over)],
      ['Rings: 95 % within', rings ? duration(rings.ring_p95_ms) : '–'],
      ['Pushes taken', percent(taken, sent), sent > 0 && taken < sent / 2],
    ]);
    tiles('node', [
      ['Open sockets', node.sockets], ['Pushes waiting', node.pushes_waiting],
      ['Deliveries overdue', duration(node.overdue_seconds * MS), node.overdue_seconds > OVERDUE_S],
      ['Database connections', `${node.connections} of ${node.connections_most}`],
      ['Waiting for one', node.connections_awaited, node.connections_awaited > 0],
    ]);
  }

  #draw() {
    if (this.#figures === null) return;
    const box = byId('charts');
    const columns = getComputedStyle(box).gridTemplateColumns.split(' ');
    const width = Math.floor(Number.parseFloat(columns[0])) || box.clientWidth;
    box.replaceChildren(
        figure('Calls, each 30 seconds', key('outcomes'), bars(this.#figures, width)),
        figure('Until a phone rings', key('percentiles'), lines(this.#figures, 'ring', width)),
        figure('Until somebody answers', key('percentiles'), lines(this.#figures, 'answer', width)));
  }
}

const figure = (caption, legend, picture) => el('figure', {}, el('figcaption', {}, caption), legend, picture);

const percent = (part, whole) => whole === 0 ? '–' : `${Math.round(100 * part / whole)} %`;

function tiles(id, list) {
  byId(id).replaceChildren(...list.map(([name, value, bad]) =>
    el('div', { class: bad ? 'bad' : null }, el('dt', {}, name), el('dd', {}, `${value}`))));
}

function row(span) {
  return el('tr', {}, el('th', { scope: 'row' }, timeOf(span.at)), number(span.placed),
      ...OUTCOMES.map(([member]) => number(span[member])),
      ...['ring_p50_ms', 'ring_p95_ms', 'answer_p50_ms', 'answer_p95_ms'].map(member => number(duration(span[member] ?? null))));
}

function channel(one) {
  return el('tr', {}, el('th', { scope: 'row' }, one.channel), number(one.sends), number(one.delivered),
      number(one.try_later), number(one.dead_token), number(one.refused), number(duration(one.p50_ms)),
      number(duration(one.p95_ms)));
}

const number = value => el('td', { class: 'number' }, `${value}`);
