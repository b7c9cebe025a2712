// A user with pusher-js, who is let in by Ringback. Arguments: app key, the server's port, Ringback's port, the user's token.
// Told {user: id}, it subscribes to that user's channel; told {subscribe: channel}, to that one; told {subscribe: channel, auth},
// with that in the place of Ringback's word.
import Pusher from 'pusher-js';
import { hear, say } from './lines.js';

const [key, serverPort, ringbackPort, token] = process.argv.slice(2);
const options = {
  cluster: 'none',
  wsHost: '127.0.0.1',
  wsPort: Number(serverPort),
  forceTLS: false,
  enabledTransports: ['ws'],
  channelAuthorization: {
    endpoint: `http://127.0.0.1:${ringbackPort}/api/pusher/auth`,
    transport: 'ajax',
    headers: { Authorization: `Bearer ${token}` },
  },
};
let pusher = null;

// as docs/channels/pusher.md has it
function channelOf(userId) {
  const bytes = [...new TextEncoder().encode(userId)];
  return 'private-user-' + bytes.map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_@,.;-]/.test(character) ? character : '=' + byte.toString(16).toUpperCase().padStart(2, '0');
  }).join('');
}

function connect(more = {}) {
  pusher?.disconnect();
  pusher = new Pusher(key, { ...options, ...more });
  pusher.connection.bind('connected', () => say('connected', { socket_id: pusher.connection.socket_id }));
  pusher.bind_global((event, data) => {
    if (!event.startsWith('pusher')) say(event, { data, at: Date.now() });
  });
}

hear(({ user, subscribe = channelOf(user), auth }) => {
  if (auth !== undefined) {
    connect({ channelAuthorization: { customHandler: (_, callback) => callback(null, { auth }) } });
  }
  const channel = pusher.subscribe(subscribe);
  channel.bind('pusher:subscription_succeeded', () => say('subscribed', { channel: subscribe }));
  channel.bind('pusher:subscription_error', (error) => say('not_subscribed', { channel: subscribe, error }));
});
connect();
