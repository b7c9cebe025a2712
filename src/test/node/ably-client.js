// A user with Ably's own client library, with tokens by Ringback. Arguments: the server's port, Ringback's port, the user's
// token. Told {attach: channel}, it listens there; told {publish: channel}, it tries to publish there.
import Ably from 'ably';
import { hear, say } from './lines.js';

const [serverPort, ringbackPort, token] = process.argv.slice(2);
const client = new Ably.Realtime({
  authUrl: `http://127.0.0.1:${ringbackPort}/api/ably/token`,
  authHeaders: { Authorization: `Bearer ${token}` },
  authParams: { capability: '{"*":["*"]}', clientId: 'mallory', ttl: '864000000' },
  endpoint: '127.0.0.1',
  port: Number(serverPort),
  tls: false,
  useBinaryProtocol: false,
  disableConnectivityCheck: true,
  transports: ['web_socket'],
  logLevel: 0,
});
const refused = (error) => say('refused', { code: error.code });

client.connection.on('connected', () =>
  say('connected', { client_id: client.auth.clientId, capability: client.auth.tokenDetails?.capability }));
client.connection.on('failed', ({ reason }) => refused(reason));

hear(async ({ attach, publish }) => {
  try {
    if (publish) {
      await client.channels.get(publish).publish('incoming_call', { forged: true });
      say('sent');
    } else {
      await client.channels.get(attach).subscribe(({ name, data, id }) => say(name, { data, id, at: Date.now() }));
      say('attached', { channel: attach });
    }
  } catch (error) {
    refused(error);
  }
});
