/**
 * How the simulated room provider behaves: slow or failing, to see what callers see then.
 */
import { byId, setText } from './dom.js';

export class SimulatorSettings {
  async start() {
    const settings = await ask({});
    if (!settings?.simulated) return;
    show(settings);
    byId('simulator').hidden = false;
    byId('simulator-form').addEventListener('change', () => this.#change());
    byId('simulator-form').addEventListener('submit', event => event.preventDefault());
  }

  async #change() {
    const settings = await ask({
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        latency_ms: Number(byId('latency').value),
        failure_rate: Number(byId('failures').value),
      }),
    });
    setText(byId('simulator-state'), settings ? 'Set.' : 'Not set: the service does not answer.');
    if (settings) show(settings);
  }
}

/** @returns {Promise<object|null>} null when the service does not answer */
async function ask(request) {
  try {
    const response = await fetch('/demo/simulator', { ...request, signal: AbortSignal.timeout(5_000) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

function show({ latency_ms: latency, failure_rate: failures }) {
  choose(byId('latency'), latency, `${latency} ms`);
  choose(byId('failures'), failures, `${Math.round(failures * 100)} % of requests`);
}

/** Settings may have been given at the start, and so be none of those offered. */
function choose(select, value, label) {
  if (![...select.options].some(option => Number(option.value) === value)) select.add(new Option(label, value));
  select.value = value;
}
