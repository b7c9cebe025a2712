/**
 * The page's flow: asks for the trace, and for a token where none is at hand, shows it, and asks again while it grows.
 */
import { byId, el, sentence } from './dom.js';
import { draw, legend } from './draw.js';
import { layout } from './layout.js';
import { Source } from './source.js';
import { lines } from './table.js';
import { headline, isOver } from './words.js';

const EVERY_MS = 2_000;
/** Narrower, the picture scrolls in its box. */
const MIN_WIDTH = 680;

const callId = lastOf(location.pathname);
const source = new Source(callId, new URLSearchParams(location.search).get('user'));
let shown = null;
let settled = 0;
let timer = 0;
let asking = false;

byId('call-id').textContent = callId;
byId('legend').append(...legend().map(([glyph, words]) => el('li', {}, glyph, words)));
byId('reload').addEventListener('click', load);
byId('ask').addEventListener('submit', event => {
  event.preventDefault();
  const field = byId('token');
  source.use(field.value.trim());
  field.value = '';
  void load();
});
new ResizeObserver(() => paint()).observe(byId('picture'));
document.addEventListener('visibilitychange', () => document.hidden || again());
void load();

async function load() {
  if (asking) return;
  asking = true;
  clearTimeout(timer);
  byId('reload').disabled = true;
  const answer = await source.ask();
  asking = false;
  byId('reload').disabled = false;
  byId('reload').hidden = 'ask' in answer;
  problem(answer.problem ?? answer.ask ?? null);
  ask('ask' in answer);
  if ('trace' in answer) show(answer.trace);
  again();
}

/** What is sent at the end is written down a moment later: the trace counts as settled when it was over twice. */
function again() {
  clearTimeout(timer);
  if (shown !== null && settled < 2 && !document.hidden && byId('ask').hidden) timer = setTimeout(load, EVERY_MS);
}

function show(trace) {
  settled = isOver(trace) ? settled + 1 : 0;
  byId('state').textContent = isOver(trace) ? '' : 'Still under way: the page asks again every 2 seconds.';
  if (shown !== null && JSON.stringify(shown) === JSON.stringify(trace)) return;
  shown = trace;
  byId('trace').hidden = false;
  byId('headline').replaceChildren(...sentence(headline(trace)));
  byId('whys').replaceChildren(...trace.called.map(why));
  byId('gone').hidden = trace.steps.length > 0 || trace.call.state === 'ringing';
  byId('gone').textContent = 'The steps of this call are not kept any more (ringback.trace.retention). This is what the '
    + 'call itself and its deliveries still say.';
  byId('rows').replaceChildren(...lines(trace));
  paint();
}

function paint() {
  if (shown === null) return;
  const box = byId('picture');
  const width = Math.max(MIN_WIDTH, box.clientWidth);
  if (box.dataset.of === `${width}` && box.shown === shown) return;
  box.dataset.of = `${width}`;
  box.shown = shown;
  const title = byId('headline').textContent;
  box.replaceChildren(draw(layout(shown, width), 'Time line of the call', title, text => {
    byId('details').textContent = text;
  }));
}

function why(one) {
  const devices = one.devices ?? [];
  return el('li', { 'data-user': one.user_id, class: one.rang ? 'rang' : 'silent' },
      el('p', {}, el('strong', {}, el('bdi', {}, one.user_id)), ` ${one.because}`),
      ...devices.length < 2 ? [] : [el('details', {}, el('summary', {}, `Each of ${devices.length} devices`),
          el('ul', {}, ...devices.map(device => el('li', {}, el('strong', {}, el('bdi', {}, device.device_id)),
              ` ${device.because}`))))]);
}

function problem(text) {
  byId('problem').hidden = text === null;
  byId('problem').textContent = text ?? '';
}

function ask(shall) {
  if (shall) byId('trace').hidden = true;
  if (shall) shown = null;
  if (shall && byId('ask').hidden) {
    byId('ask').hidden = false;
    byId('token').focus();
  }
  if (!shall) byId('ask').hidden = true;
}

function lastOf(path) {
  const last = path.split('/').at(-1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
