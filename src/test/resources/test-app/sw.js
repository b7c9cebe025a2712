// An app's own service worker that takes Ringback's in. It remembers what is shown and lets a test press the buttons: a
// browser without a screen has nobody to do so, and forgets at times that it showed anything.
importScripts('/ringback-sw.js');

const shown = new Map();
const show = registration.showNotification.bind(registration);
registration.showNotification = async (title, options) => {
  await show(title, options);
  shown.set(options.tag, { title, ...options });
};

addEventListener('message', ({ data, ports }) => {
  if (data?.test) act(data).then(result => ports[0].postMessage(result ?? null), error => ports[0].postMessage(String(error)));
});

async function act({ test, action, subscription }) {
  if (test === 'shown') return JSON.stringify([...shown.values()]);
  const event = new ExtendableEvent(test);
  const pending = [];
  // an event that a script made cannot be kept alive by the browser
  Object.defineProperty(event, 'waitUntil', { value: promise => pending.push(promise) });
  dispatchEvent(Object.assign(event, test === 'pushsubscriptionchange'
    ? { oldSubscription: null, newSubscription: { toJSON: () => subscription } }
    : { action, notification: topmost() }));
  await Promise.all(pending);
}

function topmost() {
  const [[tag, { data }]] = [...shown];
  return { data, close: () => shown.delete(tag) };
}
