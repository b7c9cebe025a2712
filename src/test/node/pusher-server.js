// A Pusher server that believes nobody: requests and subscriptions are checked as Pusher specifies it
// (pusher.com/docs/channels/library_auth_reference/rest-api and .../auth-signatures).
// Arguments: app id, key, secret. Told {answer: {status, headers}}, it answers events so; {answer: null} ends that.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { hear, say } from './lines.js';

const [appId, key, secret] = process.argv.slice(2);
const CHANNEL = /^[-a-zA-Z0-9_=@,.;]{1,164}$/;
const LARGEST = 10_240;
const LONGEST_AWAY = 600;
const sockets = new Map();
let answer = null;
let counter = 0;

const hmac = (text) => createHmac('sha256', secret).update(text, 'utf8').digest('hex');

function isSame(one, other) {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function wrongSignature(method, url, body) {
  const params = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const signature = params.get('auth_signature') ?? '';
  params.delete('auth_signature');
  if (params.get('auth_key') !== key) return 'Unknown auth_key';
  if (params.get('auth_version') !== '1.0') return 'Unknown auth_version';
  if (Math.abs(Number(params.get('auth_timestamp')) - Date.now() / 1000) > LONGEST_AWAY) return 'Timestamp expired';
  if (method === 'POST' && params.get('body_md5') !== createHash('md5').update(body).digest('hex')) return 'Invalid body_md5';
  const query = [...params].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`).join('&');
  return isSame(hmac(`${method}\n${url.pathname}\n${query}`), signature) ? null : 'Invalid signature';
}

function publish(body) {
  const event = JSON.parse(body);
  const channels = event.channels ?? [event.channel];
  if (typeof event.name !== 'string' || event.name.length > 200 || typeof event.data !== 'string') return 400;
  if (channels.length > 100 || !channels.every((channel) => CHANNEL.test(channel))) return 400;
  if (Buffer.byteLength(event.data) > LARGEST) return 413;
  for (const channel of channels) {
    say('published', { channel, name: event.name, id: JSON.parse(event.data).call_id });
    for (const [socket, subscribed] of sockets) {
      if (subscribed.has(channel)) socket.send(JSON.stringify({ event: event.name, channel, data: event.data }));
    }
  }
  return 200;
}

const http = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const url = new URL(request.url, 'http://localhost');
  const done = (status, text, headers = {}) => response.writeHead(status, headers).end(text);
  if (!url.pathname.startsWith(`/apps/${appId}/`)) return done(404, 'No such app');
  const wrong = wrongSignature(request.method, url, body);
  if (wrong !== null) {
    say('refused', { why: wrong });
    return done(401, wrong);
  }
  if (request.method === 'GET') return done(200, '{"occupied":false}');
  if (answer !== null) {
    say('answered', { status: answer.status, at: Date.now() });
    return done(answer.status, 'as told', answer.headers);
  }
  return done(publish(body), '{}');
});

new WebSocketServer({ server: http }).on('connection', (socket, request) => {
  const send = (event, data, channel) => socket.send(JSON.stringify({ event, channel, data: JSON.stringify(data) }));
  if (!request.url.startsWith(`/app/${key}?`)) {
    send('pusher:error', { code: 4001, message: 'Could not find app by key' });
    return socket.close(4001);
  }
  const socketId = `${Math.floor(Math.random() * 1e9)}.${++counter}`;
  const subscribed = new Set();
  sockets.set(socket, subscribed);
  socket.on('close', () => sockets.delete(socket));
  socket.on('message', (text) => {
    const { event, data } = JSON.parse(text);
    if (event === 'pusher:ping') return send('pusher:pong', {});
    if (event !== 'pusher:subscribe') return undefined;
    if (data.channel.startsWith('private-') && !isSame(data.auth ?? '', `${key}:${hmac(`${socketId}:${data.channel}`)}`)) {
      return send('pusher:subscription_error', { type: 'AuthError', error: 'Invalid signature', status: 401 }, data.channel);
    }
    subscribed.add(data.channel);
    return send('pusher_internal:subscription_succeeded', {}, data.channel);
  });
  send('pusher:connection_established', { socket_id: socketId, activity_timeout: 120 });
});

hear((told) => {
  answer = told.answer;
  say('told');
});
http.listen(0, '127.0.0.1', () => say('listening', { port: http.address().port }));
