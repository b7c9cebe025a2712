/**
 * The demo: one user at one device, calling and being called. What Ringback does for a page is in /ringback.js; here is what
 * an app adds to it.
 */
import { Ringback } from '/ringback.js';
import { deviceId, leave, mintToken, whoAmI } from './identity.js';
import { CallView } from './call-view.js';
import { Devices } from './devices.js';
import { EventLog } from './event-log.js';
import { History } from './history.js';
import { People } from './people.js';
import { Phones } from './phones.js';
import { SimulatorSettings } from './simulator-settings.js';
import { Sounds } from './sounds.js';
import { tell } from './notices.js';
import { byId, setText } from './dom.js';
import { answered, ending, others, problem } from './words.js';

const TICK_MS = 250;
const TITLE = document.title;

const user = await whoAmI();
const me = user.id;
const log = new EventLog(byId('log'));
const sounds = new Sounds();
const ringback = new Ringback({ token: () => mintToken(user), deviceId: await deviceId(), name: user.name });
const people = new People(me, dial);
const view = new CallView(me, people, {
  accept: callId => attempt(ringback.accept(callId)),
  decline: callId => attempt(ringback.reject(callId)),
  ignore: callId => attempt(ringback.ignore(callId)),
  cancel: callId => attempt(ringback.cancel(callId)),
  end: callId => attempt(ringback.end(callId)),
  renewToken: callId => attempt(ringback.renewRoomToken(callId)),
});
const history = new History(ringback, people, dial);
const devices = new Devices(ringback);
const phones = new Phones(user, () => devices.load());

showPage();
ringback.on('connection', showConnection);
ringback.on('traffic', message => log.add(message));
ringback.on('change', changed);
ringback.on('change', call => phones.learn(call));
ringback.on('over', over);
ringback.connect();
people.start();
phones.start();
new SimulatorSettings().start();
setInterval(refresh, TICK_MS);

function showPage() {
  setText(byId('self-name'), user.name === me ? me : `${user.name} (${me})`);
  for (const id of ['self', 'mute', 'main', 'connection']) byId(id).hidden = false;
  byId('leave').addEventListener('click', () => Promise.allSettled([phones.leave(), devices.leave()]).then(leave));
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
  const words = { connecting: 'Connecting…', online: 'Online', offline: 'Offline: the service does not answer. Trying again…' };
  byId('connection').className = state;
  setText(byId('connection'), words[state]);
  if (state !== 'online') return;
  history.load();
  devices.load();
}

function changed(call, before) {
  const phase = call.phase;
  if (phase === 'in-call' && before !== 'in-call') {
    const who = whoIn(call);
    if (call.snapshot.glare) tell(`You and ${who} called each other: it is one call.`);
    else if (before === 'outgoing') tell(answered(who));
  }
  for (const name of declinedSince(call)) tell(`${name} declined.`);
  // also of calls that this tab does not show
  if (call.snapshot.state !== 'ringing') history.load();
  refresh();
}

function over(call) {
  const who = whoIn(call);
  if (call.outcome === 'missed') {
    const { call_type: type, caller_id: caller } = call.snapshot;
    tell(`Missed ${type} call from ${who}.`,
        { kind: 'missed', action: { label: 'Call back', run: () => dial([caller], type) } });
  } else {
    tell(ending(call, who));
  }
  refresh();
}

const declined = new Map();

/** Who of a group has declined since this was asked last, while the call goes on. */
function declinedSince({ id, snapshot }) {
  if (snapshot.caller_id !== me || snapshot.invitations.length < 2) return [];
  const known = declined.get(id) ?? new Set();
  const all = snapshot.invitations.filter(({ state }) => state === 'rejected').map(invited => invited.user_id);
  declined.set(id, new Set(all));
  return snapshot.state === 'rejected' ? [] : all.filter(userId => !known.has(userId)).map(userId => people.nameOf(userId));
}

/** Brings everything that is seen and heard in line with what is known. */
function refresh() {
  const calls = ringback.calls;
  view.render(calls);
  const incoming = calls.filter(call => call.phase === 'incoming');
  const outgoing = calls.filter(call => call.phase === 'outgoing' && call.heard);
  const sounding = incoming[0] ?? outgoing[0];
  sounds.play(incoming.length > 0 ? 'ring' : outgoing.length > 0 ? 'ringback' : null, sounding);
  setText(byId('ring-hint'), sounds.muted ? 'Muted' : sounds.allowed ? '' : 'Click anywhere to hear it ring.');
  const title = incoming.length > 0 ? `📞 ${whoIn(incoming[0])} is calling` : TITLE;
  if (document.title !== title) document.title = title;
}

function dial(ids, type) {
  return attempt(ringback.call(ids, { type, ringTimeout: Number(byId('ring-for').value) }));
}

async function attempt(command) {
  try {
    await command;
  } catch (failure) {
    tell(problem(failure), { kind: 'problem' });
  }
  refresh();
}

function whoIn({ snapshot }) {
  return others(snapshot, me, id => people.nameOf(id));
}
