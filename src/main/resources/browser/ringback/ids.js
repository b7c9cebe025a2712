/** A random id of 24 hex digits; crypto.randomUUID is missing on plain http beyond localhost. */
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');
}

const DEVICE = 'ringback.device';

/** The id of this browser, made at first use. */
export function browserId() {
  try {
    const id = localStorage.getItem(DEVICE) ?? `browser-${randomId()}`;
    localStorage.setItem(DEVICE, id);
    return id;
  } catch {
    // storage is forbidden: a device for as long as the page lives
    return `browser-${randomId()}`;
  }
}
