/**
 * Ringback's service worker: rings when no page is open.
 *
 * A classic script, so that an app on another origin can take it into its own worker by importScripts(). Everything it
 * says starts with what the page told it at registerPush() and with a push; both are checked, since neither is code.
 */
(() => {
  'use strict';

  const STORE = 'ringback';
  const SETTINGS = '/ringback-sw/settings';
  /** @param {string} callId */
  const memoryOf = callId => `/ringback-sw/call/${callId}`;
  const REMEMBERED_CALLS = 50;
  /** The notification of a call, at most one; pages close it by this name. @param {string} callId */
  const tagOf = callId => `ringback-${callId}`;

  const ANSWER_WITHIN_MS = 4_000;
  const DECLINE_RETRIES_MS = [1_000, 2_000, 4_000];
  const PAGE_ANSWERS_WITHIN_MS = 1_000;
  /** How far the push's own time left and this machine's clock may be apart for the clock to be believed. */
  const CLOCK_TOLERANCE_MS = 10_000;
  const LONGEST_RING_MS = 180_000;
  const LONGEST_NAME = 100;

  const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
  const RING = 'incoming_call';
  const STOPS = ['call_cancelled', 'call_missed', 'call_answered_elsewhere', 'call_ended'];

  const TEXTS = {
    audio: 'Incoming call',
    video: 'Incoming video call',
    accept: 'Accept',
    decline: 'Decline',
    missed: 'Missed call',
    answered: 'Answered on another device',
    declined: 'Declined on another device',
    ended: 'The call has ended',
    notDeclined: 'Not declined: no connection',
  };

  /**
   * What a push says, once it was found to be one.
   *
   * @typedef {object} Told
   * @property {string} type
   * @property {string} call_id
   * @property {number} version
   * @property {string} caller_name
   * @property {'audio'|'video'} call_type
   * @property {string} expires_at
   * @property {number} expires_in_ms
   * @property {string|null} reason
   * @property {string|null} action_token
   *
   * What the page said at registerPush().
   *
   * @typedef {object} Settings
   * @property {string} server
   * @property {string|null} user_id
   * @property {string} page
   * @property {string} key
   * @property {{endpoint: string, keys: {auth: string}}|null} subscription
   * @property {Record<string, string>} texts
   *
   * The last word on a call.
   *
   * @typedef {{version: number, over: boolean, told: Told}} Memory
   */

  const worker = /** @type {any} */ (self);

  worker.addEventListener('install', () => worker.skipWaiting());
  worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
  worker.addEventListener('push', (/** @type {any} */ event) => event.waitUntil(pushed(event.data)));
  worker.addEventListener('notificationclick', (/** @type {any} */ event) => {
    const call = event.notification.data?.ringback;
    if (call) event.waitUntil(clicked(event.action, event.notification, call));
  });
  worker.addEventListener('notificationclose', (/** @type {any} */ event) => {
    const call = event.notification.data?.ringback;
    // wiped away: this device is to be quiet, the others ring on
    if (call?.type === RING) event.waitUntil(act('ignore', call));
  });
  worker.addEventListener('pushsubscriptionchange', (/** @type {any} */ event) =>
    event.waitUntil(renewSubscription(event)));
  worker.addEventListener('message', (/** @type {any} */ event) => {
    if (event.data?.ringback === 'configure') event.waitUntil(keepSettings(event.data));
  });

  /** @param {any} data */
  async function pushed(data) {
    const told = read(data);
    if (!told) return;
    tellPages(told);
    const before = await recall(told.call_id);
    const rings = told.type === RING;
    if (before && (told.version < before.version || (rings && before.over && told.version === before.version))) {
      // overtaken. A browser wants to see something for each push: the last word once more, without a sound
      await showOver(before.told);
      return;
    }
    await remember({ version: told.version, over: !rings, told });
    // who was called again after all rings anew
    if (rings) await ring(told, before !== null && !before.over);
    else await showOver(told);
  }

  /**
   * Shows a call until it is answered or its time is over.
   *
   * @param {Told} told
   * @param {boolean} again whether it was shown before
   */
  async function ring(told, again) {
    let left = msLeft(told);
    if (left === null) {
      // this machine's clock cannot be right, or the push is very late: the service knows
      const call = await lookUp(told);
      left = call ? leftOf(call) : told.expires_in_ms;
    }
    if (left <= 0) {
      await over(told, 'call_missed');
      return;
    }
    const { texts } = await settings();
    await worker.registration.showNotification(told.caller_name, {
      tag: tagOf(told.call_id),
      body: told.call_type === 'audio' ? texts.audio : texts.video,
      data: { ringback: told },
      actions: [{ action: 'accept', title: texts.accept }, { action: 'decline', title: texts.decline }],
      requireInteraction: true,
      renotify: !again,
      vibrate: [800, 600, 800, 600, 800, 600, 800],
    });
    const ends = performance.now() + left;
    const answer = await act('ringing', told);
    if (answer === 409 || answer === 403 || answer === 404) {
      await over(told, 'call_missed', await lookUp(told));
      return;
    }
    await sleep(Math.min(LONGEST_RING_MS, ends - performance.now()));
    if (await isShown(told)) await over(told, 'call_missed', await lookUp(told));
  }

  /**
   * The ring is not to be shown any more.
   *
   * @param {Told} told
   * @param {string} type what it then counts as, if nobody knows better
   * @param {any} [call] as the service sees it
   */
  async function over(told, type, call = null) {
    const known = await recall(told.call_id);
    if (known?.over) return;
    const reason = call && call.state !== 'ringing' && call.state !== 'cancelled' ? answeredElsewhere(call) : null;
    const last = { ...told, type: reason ? 'call_answered_elsewhere' : type, reason, version: call?.version ?? told.version };
    await remember({ version: last.version, over: true, told: last });
    await showOver(last);
  }

  /** @param {any} call */
  const answeredElsewhere = call => call.state === 'rejected' ? 'declined_elsewhere' : 'answered_elsewhere';

  /** Replaces the ring, or says what was missed. @param {Told} told */
  async function showOver(told) {
    const { texts } = await settings();
    await worker.registration.showNotification(told.caller_name, {
      tag: tagOf(told.call_id),
      body: wordsFor(told, texts),
      data: { ringback: told },
      silent: true,
    });
  }

  /** @param {Told} told @param {Record<string, string>} texts */
  function wordsFor({ type, reason }, texts) {
    if (type === 'call_answered_elsewhere') return reason === 'declined_elsewhere' ? texts.declined : texts.answered;
    return type === 'call_ended' ? texts.ended : texts.missed;
  }

  /**
   * @param {string} action
   * @param {any} notification
   * @param {Told} call
   */
  async function clicked(action, notification, call) {
    notification.close();
    if (call.type !== RING) return openPage('');
    if (action === 'decline') return decline(call);
    return accept(call);
  }

  /** No page is opened: the push's token is all it takes. @param {Told} call */
  async function decline(call) {
    await remember({ version: call.version, over: true, told: { ...call, type: 'call_answered_elsewhere', reason: 'declined_elsewhere' } });
    for (const pause of [...DECLINE_RETRIES_MS, null]) {
      const status = await act('reject', call);
      if (status !== 0 && status < 500) return;
      if (pause === null) break;
      await sleep(pause);
    }
    const { texts } = await settings();
    await worker.registration.showNotification(call.caller_name,
        { tag: tagOf(call.call_id), body: texts.notDeclined, data: { ringback: { ...call, type: 'call_missed' } } });
  }

  /** Accepting needs a page, which has the user's session and the room. @param {Told} call */
  async function accept(call) {
    const { user_id: userId } = await settings();
    for (const page of await pages()) {
      if (await takes(page, { ringback: 'accept', call_id: call.call_id, user_id: userId })) {
        await page.focus().catch(() => {});
        return;
      }
    }
    await openPage(`#ringback-accept=${call.call_id}`);
  }

  /** @param {string} hash */
  async function openPage(hash) {
    const { page } = await settings();
    const open = hash === '' ? (await pages()).find((/** @type {any} */ client) => client.url.split('#')[0] === page.split('#')[0]) : undefined;
    if (open) await open.focus();
    else await worker.clients.openWindow(page.split('#')[0] + hash);
  }

  /** This origin's pages, those in sight first. */
  async function pages() {
    const all = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const rank = (/** @type {any} */ page) => page.focused ? 0 : page.visibilityState === 'visible' ? 1 : 2;
    return all.sort((/** @type {any} */ a, /** @type {any} */ b) => rank(a) - rank(b));
  }

  /** Asks a page; one that knows nothing of Ringback does not answer. @param {any} page @param {object} message */
  function takes(page, message) {
    return new Promise(answer => {
      const channel = new MessageChannel();
      channel.port1.onmessage = ({ data }) => answer(data === true);
      page.postMessage(message, [channel.port2]);
      setTimeout(() => answer(false), PAGE_ANSWERS_WITHIN_MS);
    });
  }

  /** @param {Told} told */
  async function tellPages(told) {
    const { action_token: _, ...event } = told;
    (await pages()).forEach((/** @type {any} */ page) => page.postMessage({ ringback: 'push', event }));
  }

  /** The browser's subscription is void: takes a new one to the service, proved by what only the old one's owner knows. */
  async function renewSubscription(/** @type {any} */ event) {
    const kept = await settings();
    const old = event.oldSubscription?.toJSON() ?? kept.subscription;
    const now = event.newSubscription ?? (kept.key
      ? await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: kept.key })
      : null);
    if (!old?.keys?.auth || !now) return;
    const status = await request('api/push/renew', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ old: { endpoint: old.endpoint, auth: old.keys.auth }, subscription: now.toJSON() }),
    }).then(response => response?.status ?? 0);
    if (status >= 200 && status < 300) await keepSettings({ ...kept, subscription: now.toJSON() });
    // whatever came of it, a page that is open can register with the user's own session
    (await pages()).forEach((/** @type {any} */ page) => page.postMessage({ ringback: 'subscription-changed' }));
  }

  /**
   * A command by the push's own token.
   *
   * @param {'ringing'|'reject'|'ignore'} command
   * @param {Told} told
   * @returns {Promise<number>} the HTTP status, 0 when there is no answer
   */
  async function act(command, told) {
    if (!told.action_token) return 0;
    const response = await request(`api/call/${command}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${told.action_token}` },
      body: '{}',
      keepalive: true,
    });
    return response?.status ?? 0;
  }

  /** The call as the service sees it, with the time by its clock; null when it cannot be asked. @param {Told} told */
  async function lookUp(told) {
    if (!told.action_token) return null;
    const response = await request(`api/call/${told.call_id}`, { headers: { Authorization: `Bearer ${told.action_token}` } });
    if (!response?.ok) return null;
    try {
      const call = await response.json();
      return { ...call, asked_at: Date.parse(response.headers.get('Date') ?? '') || Date.now() };
    } catch {
      return null;
    }
  }

  /**
   * @param {string} path
   * @param {RequestInit} options
   * @returns {Promise<Response|null>}
   */
  async function request(path, options) {
    const { server } = await settings();
    try {
      return await fetch(new URL(path, server), { ...options, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    } catch {
      return null;
    }
  }

  /** Time left of a ring in ms, or null when this machine's clock and the push do not fit together. @param {Told} told */
  function msLeft(told) {
    const byClock = Date.parse(told.expires_at) - Date.now();
    const fits = byClock > 0 && byClock <= told.expires_in_ms + CLOCK_TOLERANCE_MS;
    return fits ? Math.min(byClock, told.expires_in_ms) : null;
  }

  /** @param {any} call */
  const leftOf = call => call.state === 'ringing' ? Date.parse(call.expires_at) - call.asked_at : 0;

  /** @param {Told} told */
  async function isShown(told) {
    const shown = await worker.registration.getNotifications({ tag: tagOf(told.call_id) });
    return shown.some((/** @type {any} */ notification) => notification.data?.ringback?.type === RING);
  }

  /**
   * Reads a push. It comes encrypted from the service, and all the same it is only data: what is not an event is dropped.
   *
   * @param {any} data
   * @returns {Told|null}
   */
  function read(data) {
    let event;
    try {
      const body = data.json();
      // through FCM the event lies one level deeper, and all of it is text
      event = typeof body.data === 'object' && body.data !== null ? body.data : body;
    } catch {
      return null;
    }
    const version = Number(event?.version);
    const left = Number(event?.expires_in_ms);
    if (![RING, ...STOPS].includes(event?.type) || !UUID.test(event.call_id) || !Number.isSafeInteger(version)
        || version < 1 || !Number.isFinite(left) || Number.isNaN(Date.parse(event.expires_at))) {
      return null;
    }
    return {
      type: event.type,
      call_id: event.call_id,
      version,
      caller_name: plain(event.caller_name) || plain(event.caller_id) || '?',
      call_type: event.call_type === 'audio' ? 'audio' : 'video',
      expires_at: event.expires_at,
      expires_in_ms: Math.min(Math.max(0, left), LONGEST_RING_MS),
      reason: typeof event.reason === 'string' ? event.reason : null,
      action_token: typeof event.action_token === 'string' && JWT.test(event.action_token) ? event.action_token : null,
    };
  }

  /** A name without what could turn the rest of a line around. @param {unknown} text */
  function plain(text) {
    return typeof text === 'string'
      ? [...text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')].slice(0, LONGEST_NAME).join('').trim()
      : '';
  }

  /** @param {string} callId @returns {Promise<Memory|null>} */
  async function recall(callId) {
    return load(memoryOf(callId));
  }

  /** @param {Memory} memory */
  async function remember(memory) {
    const store = await caches.open(STORE);
    await save(memoryOf(memory.told.call_id), memory);
    const calls = (await store.keys()).filter(request => request.url.includes(memoryOf('')));
    await Promise.all(calls.slice(0, Math.max(0, calls.length - REMEMBERED_CALLS)).map(request => store.delete(request)));
  }

  /** @returns {Promise<Settings>} */
  async function settings() {
    const kept = await load(SETTINGS);
    return {
      server: kept?.server ?? worker.location.origin,
      user_id: kept?.user_id ?? null,
      page: kept?.page ?? worker.registration.scope,
      key: kept?.key ?? '',
      subscription: kept?.subscription ?? null,
      texts: { ...TEXTS, ...kept?.texts },
    };
  }

  /** @param {any} said */
  async function keepSettings({ server, user_id, page, key, subscription, texts }) {
    await save(SETTINGS, { server, user_id, page, key, subscription, texts });
  }

  /** @param {string} name @returns {Promise<any>} */
  async function load(name) {
    const found = await (await caches.open(STORE)).match(name);
    return found ? found.json() : null;
  }

  /** @param {string} name @param {object} value */
  async function save(name, value) {
    await (await caches.open(STORE)).put(name, Response.json(value));
  }

  /** @param {number} ms */
  function sleep(ms) {
    return new Promise(done => setTimeout(done, Math.max(0, ms)));
  }
})();
