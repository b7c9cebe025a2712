// Ably as far as Ringback and a listening client need it, believing nobody: keys, tokens, token requests and capabilities are
// checked as Ably specifies it (ably.com/docs/api/rest-api, .../token-request-spec, .../realtime-sdk/... protocol 2 and later).
// Argument: the API key. Told {answer: {status, error}}, it answers messages so; {answer: null} ends that.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { hear, say } from './lines.js';

const [key] = process.argv.slice(2);
const [keyName, keySecret] = key.split(':');
const LONGEST_AWAY = 120_000;
const ACTION = { HEARTBEAT: 0, ACK: 1, NACK: 2, CONNECTED: 4, CLOSE: 7, CLOSED: 8, ERROR: 9, ATTACH: 10, ATTACHED: 11,
  DETACH: 12, DETACHED: 13, MESSAGE: 15 };
const tokens = new Map();
const nonces = new Set();
const seen = new Set();
const sockets = new Map();
let answer = null;

function isSame(one, other) {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

const failure = (statusCode, code, message) => ({ error: { statusCode, code, message } });

function wrongRequest(asked, name) {
  if (name !== keyName || asked.keyName !== keyName) return failure(401, 40101, 'No such key');
  const text = [asked.keyName, asked.ttl ?? '', asked.capability ?? '', asked.clientId ?? '', asked.timestamp, asked.nonce, '']
    .join('\n');
  const mac = createHmac('sha256', keySecret).update(text, 'utf8').digest('base64');
  if (!isSame(mac, asked.mac ?? '')) return failure(401, 40101, 'Invalid mac');
  if (Math.abs(asked.timestamp - Date.now()) > LONGEST_AWAY) return failure(401, 40104, 'Timestamp not current');
  if ((asked.nonce ?? '').length < 16 || nonces.has(asked.nonce)) return failure(401, 40105, 'Nonce value replayed');
  nonces.add(asked.nonce);
  return null;
}

function exchange(asked) {
  const now = Date.now();
  const details = { token: randomBytes(18).toString('base64url'), keyName, issued: now,
    expires: now + (Number(asked.ttl) || 3_600_000), capability: asked.capability, clientId: asked.clientId };
  tokens.set(details.token, details);
  say('exchanged', { capability: asked.capability, client_id: asked.clientId, ttl: asked.ttl, members: Object.keys(asked) });
  return details;
}

// ably.com/docs/auth/capabilities: a wildcard stands for whole parts
function allows(details, channel, operation) {
  return Object.entries(JSON.parse(details.capability)).some(([resource, operations]) => {
    const parts = resource.split(':');
    const named = channel.split(':');
    const fits = parts.every((part, i) => part === '*' || part === named[i])
      && (parts.length === named.length || (parts.at(-1) === '*' && named.length > parts.length));
    return fits && (operations.includes(operation) || operations.includes('*'));
  });
}

function publish(channel, messages) {
  for (const message of messages) {
    const again = message.id !== undefined && seen.has(`${channel} ${message.id}`);
    seen.add(`${channel} ${message.id}`);
    say('published', { channel, name: message.name, id: message.id, again });
    if (again) continue;
    for (const [socket, attached] of sockets) {
      if (attached.has(channel)) {
        socket.send(JSON.stringify({ action: ACTION.MESSAGE, channel, id: message.id, timestamp: Date.now(), messages: [message] }));
      }
    }
  }
}

function isPublisher(request) {
  return isSame(request.headers.authorization ?? '', `Basic ${Buffer.from(key).toString('base64')}`);
}

const http = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url, 'http://localhost');
  const done = (status, body) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  const path = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks)) : null;
  if (request.method === 'POST' && path[0] === 'keys' && path[2] === 'requestToken') {
    const wrong = wrongRequest(body, path[1]);
    return wrong ? done(wrong.error.statusCode, wrong) : done(201, exchange(body));
  }
  if (request.method === 'POST' && path[0] === 'channels' && path[2] === 'messages' && path.length === 3) {
    if (!isPublisher(request)) {
      say('refused', { why: 'credentials' });
      return done(401, failure(401, 40101, 'Invalid credentials'));
    }
    if (answer !== null) {
      say('answered', { status: answer.status, at: Date.now() });
      return answer.page ? response.writeHead(answer.status, { 'Content-Type': 'text/html' }).end(answer.page)
        : done(answer.status, answer.code ? failure(answer.status, answer.code, 'as told') : {});
    }
    publish(path[1], [body].flat());
    return done(201, { channel: path[1], messageId: 'x' });
  }
  return done(404, failure(404, 40400, 'Not found'));
});

new WebSocketServer({ server: http }).on('connection', (socket, request) => {
  const url = new URL(request.url, 'http://localhost');
  const send = (message) => socket.send(JSON.stringify(message));
  const details = tokens.get(url.searchParams.get('access_token') ?? url.searchParams.get('accessToken'));
  if (!details || details.expires < Date.now()) {
    send({ action: ACTION.ERROR, ...failure(401, 40142, 'Token expired or unknown') });
    return socket.close();
  }
  const attached = new Set();
  sockets.set(socket, attached);
  socket.on('close', () => sockets.delete(socket));
  socket.on('message', (text) => {
    const { action, channel, msgSerial, messages = [] } = JSON.parse(text);
    const refuse = failure(401, 40160, `Channel denied access: ${channel}`);
    if (action === ACTION.HEARTBEAT) send({ action });
    if (action === ACTION.CLOSE) send({ action: ACTION.CLOSED });
    if (action === ACTION.DETACH) send({ action: ACTION.DETACHED, channel });
    if (action === ACTION.ATTACH) {
      if (!allows(details, channel, 'subscribe')) return send({ action: ACTION.ERROR, channel, ...refuse });
      attached.add(channel);
      send({ action: ACTION.ATTACHED, channel, flags: 0 });
    }
    if (action === ACTION.MESSAGE) {
      if (!allows(details, channel, 'publish')) return send({ action: ACTION.NACK, msgSerial, count: messages.length, ...refuse });
      publish(channel, messages);
      send({ action: ACTION.ACK, msgSerial, count: messages.length });
    }
    return undefined;
  });
  const id = randomBytes(8).toString('hex');
  return send({ action: ACTION.CONNECTED, connectionId: id, connectionDetails: { connectionKey: `${id}!key`,
    clientId: details.clientId, maxMessageSize: 65536, maxInboundRate: 100, maxFrameSize: 262144, serverId: 'local',
    connectionStateTtl: 120_000, maxIdleInterval: 15_000 } });
});

hear((told) => {
  answer = told.answer;
  say('told');
});
http.listen(0, '127.0.0.1', () => say('listening', { port: http.address().port }));
