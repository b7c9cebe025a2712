/**
 * The demo: one user at one device, calling and being called.
 */
import { deviceId, leave, randomId, whoAmI } from './identity.js';
import { Session } from './session.js';
import { Calls, isHeard, isLive } from './calls.js';
import { CallView } from './call-view.js';
import { People } from './people.js';
import { Sounds } from './sounds.js';
import { EventLog } from './event-log.js';
import { tell } from './notices.js';
import { byId, setText } from './dom.js';
import { ending, others, problem } from './words.js';

const TICK_MS = 250;
/** How long after its deadline a call is asked for: the server's word should have come by then. */
const OVERDUE_MS = 3_000;
const TITLE = document.title;

const user = await whoAmI();
const device = await deviceId();
const me = user.id;
const log = new EventLog(byId('log'));
const sounds = new Sounds();
const calls = new Calls(me, device);
const people = new People(me, dial);
const session = new Session(user, device, { event: takeEvent, state: showConnection });
const view = new CallView(me, people, {
  accept,
  decline: callId => act('reject', callId),
  ignore,
  cancel: callId => act('cancel', callId),
  end: callId => act('end', callId),
  renewToken,
});

showPage();
people.start();
session.start();
setInterval(refresh, TICK_MS);

function showPage() {
  setText(byId('self-name'), user.name === me ? me : `${user.name} (${me})`);
  for (const id of ['self', 'mute', 'main', 'connection']) byId(id).hidden = false;
  byId('leave').addEventListener('click', leave);
  byId('clear-log').addEventListener('click', () => log.clear());
  const toggle = () => {
    sounds.muted = !sounds.muted;
    showMute();
  };
  byId('mute').addEventListener('click', toggle);
  byId('ring-mute').addEventListener('click', toggle);
  showMute();
}

function showMute() {
  setText(byId('mute'), sounds.muted ? 'Sound off' : 'Sound on');
  byId('mute').setAttribute('aria-pressed', sounds.muted);
  setText(byId('ring-mute'), sounds.muted ? 'Unmute' : 'Mute');
}

function showConnection(state) {
  const words = { connecting: 'Connecting…', online: 'Online', offline: 'Offline, trying again…' };
  byId('connection').className = state;
  setText(byId('connection'), words[state]);
  // what ended while the socket was away is in no snapshot
  if (state === 'online') calls.all().filter(({ call }) => isLive(call)).forEach(({ call }) => reread(call.call_id));
}

/** What came over the socket. */
function takeEvent(event) {
  const before = phaseOf(event.call_id);
  const glareBefore = calls.get(event.call_id)?.call.glare;
  const verdict = calls.takeEvent(event);
  log.add('event', event.type, event, verdict === 'news' ? null : verdict);
  if (verdict !== 'news') return;
  const tracked = calls.get(event.call_id);
  if (event.type === 'incoming_call' && event.expires_in_ms > 0) {
    send('ringing', { call_id: event.call_id, device_id: device });
  }
  if (event.type === 'call_rejected' && isLive(event)) tell(`${people.nameOf(event.user_id)} declined.`);
  changed(tracked, before, glareBefore);
}

/** Tells what became of a call, and shows it. */
function changed(tracked, before, glareBefore = false) {
  const { call } = tracked;
  const phase = calls.phase(tracked);
  const who = whoIn(call);
  if (call.glare && !glareBefore && phase === 'in-call') tell(`You and ${who} called each other: it is one call.`);
  else if (before === 'outgoing' && phase === 'in-call') tell(`${who} answered.`);
  if (isMissed(tracked)) {
    tracked.missed = true;
    tell(`Missed ${call.call_type} call from ${who}.`,
        { kind: 'missed', action: { label: 'Call back', run: () => dial([call.caller_id], call.call_type) } });
  } else if (before !== 'none' && phase === 'none') {
    const words = ending(call, calls.leg(call), tracked.silenced && calls.rings(call), tracked.pending === 'reject', who);
    if (words) tell(words);
  }
  if (phase === 'in-call' && !tracked.token && !tracked.pending) renewToken(call.call_id);
  refresh();
}

function isMissed({ call, missed }) {
  const leg = calls.leg(call);
  return !missed && (leg?.state === 'missed' || leg?.state === 'cancelled');
}

/** Brings everything that is seen and heard in line with what is known. */
function refresh() {
  const shown = calls.all().map(tracked => ({ tracked, phase: calls.phase(tracked) }));
  view.render(shown);
  const incoming = shown.filter(({ phase }) => phase === 'incoming');
  const outgoing = shown.filter(({ tracked, phase }) => phase === 'outgoing' && isHeard(tracked.call));
  const sounding = incoming[0] ?? outgoing[0];
  sounds.play(incoming.length > 0 ? 'ring' : outgoing.length > 0 ? 'ringback' : null,
      sounding ? sounding.tracked.ringUntil : 0);
  setText(byId('ring-hint'), sounds.muted ? 'Muted' : sounds.allowed ? '' : 'Click anywhere to hear it ring.');
  const title = incoming.length > 0 ? `📞 ${whoIn(incoming[0].tracked.call)} is calling` : TITLE;
  if (document.title !== title) document.title = title;
  askForOverdue();
}

function askForOverdue() {
  for (const tracked of calls.all()) {
    const { call } = tracked;
    const rings = call.caller_id === me ? call.state === 'ringing' && tracked.here : calls.rings(call);
    if (rings && performance.now() > Math.max(tracked.ringUntil, tracked.askedAt ?? 0) + OVERDUE_MS) {
      tracked.askedAt = performance.now();
      reread(call.call_id);
    }
  }
}

async function reread(callId) {
  const { status, body } = await session.read(callId);
  if (status === 200) takeAnswer(body);
}

function takeAnswer(call, more) {
  const before = phaseOf(call.call_id);
  const glareBefore = calls.get(call.call_id)?.call.glare;
  changed(calls.takeAnswer(call, more), before, glareBefore);
}

async function dial(ids, type) {
  const body = {
    ...(ids.length === 1 ? { called_id: ids[0] } : { called_ids: ids }),
    caller_name: user.name,
    call_type: type,
    ring_timeout: Number(byId('ring-for').value),
    device_id: device,
  };
  const answer = await send('initiate', body, { key: randomId() });
  if (answer.status === 201) takeAnswer(answer.body, { started: answer.body.caller_id === me });
}

async function accept(callId) {
  await act('accept', callId, { user_name: user.name, device_id: device });
}

async function ignore(callId) {
  const tracked = calls.get(callId);
  const before = calls.phase(tracked);
  tracked.silenced = true;
  changed(tracked, before);
  await send('ignore', { call_id: callId, device_id: device });
}

async function renewToken(callId) {
  await act('token', callId, { device_id: device }, { overHttp: true });
}

/** A command on a call: the buttons wait for its answer, and the call that it brings is shown. */
async function act(command, callId, more = {}, how = {}) {
  const tracked = calls.get(callId);
  tracked.pending = command;
  refresh();
  const { body } = await send(command, { call_id: callId, ...more }, how);
  // a problem carries the call, too, where the command came too late for it
  const call = body?.call_id ? body : body?.call;
  if (call) takeAnswer(call);
  tracked.pending = null;
  refresh();
}

/** @returns {Promise<import('./session.js').Answer>} */
async function send(command, body, { key = null, overHttp = false } = {}) {
  log.add('command', command, body);
  const answer = overHttp ? await session.post(command, body) : await session.command(command, body, { key });
  const failed = answer.status < 200 || answer.status > 299;
  log.add('answer', `${command} ${answer.status || 'lost'}`, answer.body, failed ? 'problem' : null);
  if (failed && command !== 'ringing') tell(problem(answer.body), { kind: 'problem' });
  return answer;
}

function phaseOf(callId) {
  const tracked = calls.get(callId);
  return tracked ? calls.phase(tracked) : 'none';
}

function whoIn(call) {
  return others(call, me, id => people.nameOf(id));
}
