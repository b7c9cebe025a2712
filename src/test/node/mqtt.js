// A user's device: `node mqtt.js url user password version clientId [ca]`. It subscribes to what is the user's own, says
// what comes, and publishes what it is told to.
import fs from 'node:fs';
import readline from 'node:readline';
import mqtt from 'mqtt';

const [url, username, password, version, clientId, ca] = process.argv.slice(2);
const say = line => process.stdout.write(JSON.stringify(line) + '\n');

const client = mqtt.connect(url, {
  username,
  password,
  clientId,
  protocolVersion: Number(version),
  clean: false,
  ...(version === '5' ? {properties: {sessionExpiryInterval: 300}} : {}),
  ...(ca ? {ca: fs.readFileSync(ca)} : {}),
  reconnectPeriod: 100,
});
client.on('message', (topic, payload, packet) => {
  let body = payload.toString();
  try {
    body = JSON.parse(body);
  } catch {
    // as it is
  }
  say({event: topic.split('/').pop(), topic, body, retain: packet.retain, qos: packet.qos, properties: packet.properties});
});
client.on('error', error => say({event: 'error', message: error.message, code: error.code}));
client.on('close', () => say({event: 'close'}));
client.on('connect', () => client.subscribe(`users/${username}/#`, {qos: 1}, (error, granted) =>
  say({event: 'ready', error: error?.message, granted: granted?.map(g => g.qos)})));

readline.createInterface({input: process.stdin}).on('line', line => {
  const command = JSON.parse(line);
  if (command.publish) {
    const payload = typeof command.body === 'string' ? command.body : JSON.stringify(command.body);
    client.publish(command.publish, payload, {qos: 1, retain: command.retain ?? false},
        (error, packet) => say({event: 'published', reason: packet?.reasonCode ?? error?.code ?? null}));
  } else if (command.subscribe) {
    client.subscribe(command.subscribe, {qos: 1}, (error, granted) =>
      say({event: 'subscribed', granted: (granted ?? error?.packet?.granted ?? []).map(g => g.qos ?? g)}));
  }
});
