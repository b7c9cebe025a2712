/**
 * The devices that a push can wake, and this browser among them.
 */
import { byId, el, setText, when } from './dom.js';

const PUSH = 'ringback.push';
const PLATFORMS = {
  ios: 'iPhone (VoIP)', 'ios-alert': 'iPhone (alert)', android: 'Android (FCM)', 'fcm-ios': 'iPhone (FCM)',
  'fcm-web': 'Browser (FCM)', web: 'Browser (Web Push)',
};

export class Devices {
  #ringback;
  #subscribed = false;

  /** @param {import('/ringback.js').Ringback} ringback */
  constructor(ringback) {
    this.#ringback = ringback;
    byId('enable-push').addEventListener('click', () => this.#enable());
  }

  async load() {
    try {
      // a subscription may have changed since the page was last open
      if (this.#wanted && !this.#subscribed) await this.#subscribe();
      this.#show(await this.#ringback.devices());
    } catch (failure) {
      setText(byId('push-state'), failure.message);
    }
  }

  /** Logging out: the browser must not ring for somebody who has left. */
  async leave() {
    if (!this.#wanted) return;
    localStorage.removeItem(PUSH);
    await this.#ringback.unregisterPush();
  }

  get #wanted() {
    return localStorage.getItem(PUSH) === this.#ringback.userId;
  }

  async #enable() {
    byId('enable-push').disabled = true;
    setText(byId('push-state'), 'Asking the browser…');
    try {
      await this.#subscribe();
      localStorage.setItem(PUSH, this.#ringback.userId);
      this.#show(await this.#ringback.devices());
    } catch (failure) {
      setText(byId('push-state'), failure.message);
    }
    byId('enable-push').disabled = false;
  }

  async #subscribe() {
    await this.#ringback.registerPush({ page: `/?user=${encodeURIComponent(this.#ringback.userId)}` });
    this.#subscribed = true;
    setText(byId('push-state'), 'This browser rings when the page is closed.');
  }

  async #remove(deviceId) {
    try {
      await this.#ringback.removeDevice(deviceId);
      if (deviceId === this.#ringback.deviceId) localStorage.removeItem(PUSH);
      this.#show(await this.#ringback.devices());
    } catch (failure) {
      setText(byId('push-state'), failure.message);
    }
  }

  #show(devices) {
    const here = this.#ringback.deviceId;
    const rows = devices.map(device => el('li', { class: 'device', testid: 'device', 'data-device-id': device.device_id },
        el('span', { class: 'who' }, el('strong', {}, device.device_id === here ? 'This tab' : device.device_id),
            el('small', {}, device.tokens.map(token => `${PLATFORMS[token.platform] ?? token.platform} ${token.token}`).join(', ')
                + ` · ${when(new Date(device.registered_at))}`)),
        el('button', { type: 'button', class: 'small', 'aria-label': `Remove ${device.device_id}`,
          onclick: () => this.#remove(device.device_id) }, 'Remove')));
    if (!devices.some(device => device.device_id === here)) {
      rows.unshift(el('li', { class: 'device', testid: 'this-tab' },
          el('span', { class: 'who' }, el('strong', {}, 'This tab'), el('small', {}, `${here} · rings while the page is open`))));
    }
    byId('devices').replaceChildren(...rows);
  }
}
