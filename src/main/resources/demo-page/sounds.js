/**
 * Ring and ringback tones, made by WebAudio: no files, and the whole ring is laid out in advance, since the timers of a
 * hidden page are slow.
 */
const MUTED = 'ringback.muted';

/** Two-tone patterns: notes of [frequencies, start, length] within one period, in seconds. */
const RING = {
  period: 2.4,
  level: 0.16,
  notes: [[[784], 0, 0.18], [[988], 0.2, 0.18], [[784], 0.4, 0.18], [[988], 0.6, 0.18], [[784], 0.8, 0.18], [[988], 1, 0.2]],
};
const RINGBACK = { period: 4, level: 0.05, notes: [[[440, 480], 0, 1.4]] };

export class Sounds {
  #context = null;
  #playing = null;
  #wanted = { kind: null, call: undefined };

  constructor() {
    // before the user has touched the page a browser lets nothing sound
    const wake = () => this.#wake();
    addEventListener('pointerdown', wake);
    addEventListener('keydown', wake);
    if (navigator.userActivation?.hasBeenActive) wake();
  }

  get muted() {
    return sessionStorage.getItem(MUTED) === 'true';
  }

  set muted(muted) {
    sessionStorage.setItem(MUTED, muted);
    this.#apply();
  }

  /** Whether a ring can be heard, as far as the browser goes. */
  get allowed() {
    return this.#context?.state === 'running';
  }

  /**
   * Says what should sound now; the same again changes nothing.
   *
   * @param {'ring'|'ringback'|null} kind
   * @param {import('/ringback.js').Call} [call] ends with its ring at the latest
   */
  play(kind, call) {
    if (this.#wanted.kind === kind && this.#wanted.call === call) return;
    this.#wanted = { kind, call };
    this.#apply();
  }

  #wake() {
    if (!this.#context) {
      this.#context = new AudioContext();
      this.#context.addEventListener('statechange', () => this.#apply());
      this.#apply();
    }
    if (this.#context.state !== 'running') this.#context.resume();
  }

  #apply() {
    this.#playing?.disconnect();
    this.#playing = null;
    if (!this.#wanted.kind || this.muted || !this.allowed) return;
    const seconds = this.#wanted.call.msLeft / 1000;
    this.#playing = this.#lay(this.#wanted.kind === 'ring' ? RING : RINGBACK, seconds);
  }

  #lay(pattern, seconds) {
    const output = this.#context.createGain();
    output.gain.value = pattern.level;
    output.connect(this.#context.destination);
    const begin = this.#context.currentTime + 0.02;
    for (let at = 0; at < seconds; at += pattern.period) {
      for (const [frequencies, start, length] of pattern.notes) {
        frequencies.forEach(frequency => this.#note(output, frequency, begin + at + start, length));
      }
    }
    return output;
  }

  #note(output, frequency, start, length) {
    const note = this.#context.createOscillator();
    const envelope = this.#context.createGain();
    note.frequency.value = frequency;
    // ramps, since a tone that is cut clicks
    envelope.gain.setValueAtTime(0, start);
    envelope.gain.linearRampToValueAtTime(1, start + 0.015);
    envelope.gain.setValueAtTime(1, start + length - 0.03);
    envelope.gain.linearRampToValueAtTime(0, start + length);
    note.connect(envelope).connect(output);
    note.start(start);
    note.stop(start + length);
  }
}
