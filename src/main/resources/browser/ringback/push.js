import { RingbackError } from './errors.js';

/**
 * @typedef {import('../ringback.js').PushOptions} PushOptions
 *
 * @typedef {object} Listener
 * @property {(event: any) => void} event the service worker got a push
 * @property {(callId: string, userId: string) => boolean} accept the user accepted in a notification; false when this page
 *   is another user's
 * @property {() => void} subscriptionChanged the browser has another subscription now
 */

/** The notification of a call; the service worker has the same. */
const tagOf = (/** @type {string} */ callId) => `ringback-${callId}`;

/** Listens to the service worker, if there is one. @param {Listener} listener @param {AbortSignal} signal */
export function listenToServiceWorker(listener, signal) {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('message', ({ data, ports }) => {
    switch (data?.ringback) {
      case 'push': return listener.event(data.event);
      case 'accept': return ports[0]?.postMessage(listener.accept(data.call_id, data.user_id));
      case 'subscription-changed': return listener.subscriptionChanged();
      default: return undefined;
    }
  }, { signal });
  navigator.serviceWorker.startMessages();
}

/** Takes the call's notification away: the page shows it, or it is over. @param {string} callId */
export async function closeNotification(callId) {
  const registration = await navigator.serviceWorker?.getRegistration?.();
  const shown = await registration?.getNotifications({ tag: tagOf(callId) });
  shown?.forEach(notification => notification.close());
}

/**
 * Subscribes this browser.
 *
 * @param {string} key the service's public VAPID key
 * @param {string} script of the service worker
 * @returns {Promise<{subscription: PushSubscription, worker: ServiceWorker}>}
 * @throws {RingbackError} `push_unsupported`, `push_denied`, `push_failed`
 */
export async function subscribe(key, script) {
  if (!('serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis)) {
    throw new RingbackError('push_unsupported', 'This browser cannot be woken by a push here. It needs https, and on an '
        + 'iPhone the page must be on the home screen.');
  }
  if (await Notification.requestPermission() !== 'granted') {
    throw new RingbackError('push_denied', 'Notifications are not allowed for this page.');
  }
  try {
    const registration = await navigator.serviceWorker.register(script);
    const worker = (await navigator.serviceWorker.ready).active ?? registration.active;
    if (!worker) throw new Error('the service worker does not start');
    return { subscription: await subscription(registration, key), worker };
  } catch (failure) {
    throw new RingbackError('push_failed', `The browser did not subscribe: ${failure instanceof Error ? failure.message : failure}`);
  }
}

/** Ends the browser's subscription; the result is what it was. @returns {Promise<string|null>} its endpoint */
export async function unsubscribe() {
  const registration = await navigator.serviceWorker?.getRegistration?.();
  const subscription = await registration?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
  return subscription?.endpoint ?? null;
}

/** Whether the user has been asked before and has allowed it: then a subscription can be renewed without a click. */
export const isAllowed = () => 'Notification' in globalThis && Notification.permission === 'granted';

/**
 * @param {ServiceWorkerRegistration} registration
 * @param {string} key
 */
async function subscription(registration, key) {
  const known = await registration.pushManager.getSubscription();
  if (known && isFor(known, key)) return known;
  // a browser refuses a second key beside the first
  await known?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

/** @param {PushSubscription} subscription @param {string} key */
function isFor(subscription, key) {
  const bytes = subscription.options.applicationServerKey;
  if (!bytes) return false;
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') === key;
}
