// An app as small as it gets: keeps all that Ringback tells, for a test to look at.
import { Ringback, RingbackError } from '/ringback.js';

const user = new URLSearchParams(location.search).get('user');
let asked = 0;
window.tokensAsked = () => asked;
const fetchToken = async () => {
  asked++;
  const response = await fetch(`/test-app/token?user=${user}`);
  if (!response.ok) throw new Error('nobody is logged in');
  return response.text();
};

window.told = [];
window.RingbackError = RingbackError;
window.ringback = new Ringback({ token: fetchToken });
for (const type of ['incoming', 'over', 'connection', 'traffic']) {
  window.ringback.on(type, detail => window.told.push({ type, id: detail.id, outcome: detail.outcome, name: detail.name,
    kind: detail.kind, verdict: detail.verdict, at: Date.now() }));
}
window.phases = () => window.ringback.calls.map(call => call.phase);
if (user) window.ringback.connect();
window.ready = true;
