/**
 * The page's flow: signs in, and asks how things are every few seconds while somebody looks.
 */
import { byId } from '/trace/assets/dom.js';
import { DeadLetters } from './dead-letters.js';
import { LiveCalls } from './live-calls.js';
import { Overview } from './overview.js';
import { Session } from './session.js';
import { UserCard } from './user-card.js';

const EVERY_MS = 3_000;

const session = new Session();
const user = new UserCard(session, failed);
const overview = new Overview();
const calls = new LiveCalls(session, id => user.show(id), () => look());
const dead = new DeadLetters(session, id => user.show(id), failed);
let timer = 0;
let looking = false;

byId('ask').addEventListener('submit', async event => {
  event.preventDefault();
  const button = event.target.querySelector('button');
  const field = byId('secret');
  const secret = field.value;
  field.value = '';
  button.disabled = true;
  try {
    await session.signIn(secret);
    problem(null);
    open();
  } catch (refusal) {
    problem(refusal.message);
    field.focus();
  } finally {
    button.disabled = false;
  }
});
byId('sign-out').addEventListener('click', () => close(null));
document.addEventListener('visibilitychange', () => {
  if (!session.isOpen) return;
  if (document.hidden) rest();
  else void look();
});
if (session.isOpen) open();
else close(null);

function open() {
  byId('ask').hidden = true;
  byId('page').hidden = false;
  byId('sign-out').hidden = false;
  void look();
  void dead.load();
  user.restore();
}

/** @param {string|null} why */
function close(why) {
  clearTimeout(timer);
  session.signOut();
  calls.clear();
  user.clear();
  dead.clear();
  byId('state').textContent = '';
  byId('page').hidden = true;
  byId('sign-out').hidden = true;
  byId('ask').hidden = false;
  problem(why);
  byId('secret').focus();
}

async function look() {
  if (looking || !session.isOpen) return;
  looking = true;
  clearTimeout(timer);
  try {
    const [figures] = await Promise.all([session.get('/api/admin/overview'), calls.load()]);
    overview.show(figures);
    byId('state').textContent = `Live, every ${EVERY_MS / 1_000} s`;
  } catch (refusal) {
    if (!failed(refusal)) byId('state').textContent = `${refusal.message} Trying again …`;
  } finally {
    looking = false;
  }
  if (!session.isOpen) return;
  if (document.hidden) rest();
  else timer = setTimeout(look, EVERY_MS);
}

function rest() {
  clearTimeout(timer);
  byId('state').textContent = 'Paused while nobody looks';
}

/** Signs out when the token is no longer good; says whether it did. */
function failed(refusal) {
  if (refusal.status !== 401 && refusal.status !== 403) return false;
  if (session.isOpen) close(refusal.message);
  return true;
}

function problem(text) {
  byId('problem').hidden = text === null;
  byId('problem').textContent = text ?? '';
}
