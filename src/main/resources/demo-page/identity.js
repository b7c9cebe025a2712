/**
 * Who sits at this tab. It is kept in sessionStorage, so that two tabs can be two users, or two devices of one user.
 */
import { randomId } from '/ringback/ids.js';
import { byId } from './dom.js';

const USER = 'ringback.user';
const DEVICE = 'ringback.device';

/**
 * A token for this user: anybody can be anybody. A real app asks its own backend here, which knows who is logged in.
 *
 * @returns {Promise<string>}
 */
export async function mintToken({ id, name }) {
  const response = await fetch('/demo/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user_id: id, name }),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? 'no token');
  return body.token;
}

/** @returns {Promise<{id: string, name: string}>} from the URL (`?user=alice`), this tab's memory, or the form */
export async function whoAmI() {
  const user = fromUrl() ?? remembered() ?? await ask();
  sessionStorage.setItem(USER, JSON.stringify(user));
  return user;
}

/** Forgets the user and starts anew. */
export function leave() {
  sessionStorage.clear();
  location.assign(location.pathname);
}

/** This tab as a device. A duplicated tab inherits sessionStorage: it finds the id locked and takes another. */
export async function deviceId() {
  const known = sessionStorage.getItem(DEVICE);
  const id = known && await isFree(known) ? known : `tab-${randomId()}`;
  if (id !== known) await isFree(id);
  sessionStorage.setItem(DEVICE, id);
  return id;
}

function isFree(id) {
  if (!navigator.locks) return true;
  return new Promise(answer => {
    navigator.locks.request(`ringback.${id}`, { ifAvailable: true }, lock => {
      answer(lock !== null);
      // held for as long as this tab lives
      return lock && new Promise(() => {});
    });
  });
}

function fromUrl() {
  const parameters = new URLSearchParams(location.search);
  const id = parameters.get('user')?.trim();
  return id ? { id, name: parameters.get('name')?.trim() || capitalised(id) } : null;
}

function remembered() {
  return JSON.parse(sessionStorage.getItem(USER) ?? 'null');
}

function ask() {
  const form = byId('sign-in');
  const name = byId('name');
  const id = byId('user-id');
  let typed = false;
  id.addEventListener('input', () => { typed = id.value !== ''; });
  name.addEventListener('input', () => { if (!typed) id.value = idFrom(name.value); });
  form.hidden = false;
  name.focus();
  return new Promise(answer => form.addEventListener('submit', event => {
    event.preventDefault();
    const chosen = id.value.trim() || idFrom(name.value);
    if (!chosen) return;
    form.hidden = true;
    answer({ id: chosen, name: name.value.trim() || capitalised(chosen) });
  }));
}

const idFrom = name => name.trim().toLowerCase().replace(/\s+/g, '-');
const capitalised = id => id.charAt(0).toUpperCase() + id.slice(1);
