// Sends rings with the Node library of one channel: `node sender.js <channel> <settings>`.
// Each line on standard input, `<seconds> <in flight>`, is one measurement; its answer is `<sent> <errors> <seconds>`.
'use strict';
const { randomUUID } = require('node:crypto');
const fs = require('node:fs');
const readline = require('node:readline');

const [, , channel, settingsFile] = process.argv;
const settings = JSON.parse(fs.readFileSync(settingsFile, 'utf8'));

/** The members of Ringback's push body. */
function event() {
  const now = Date.now();
  return {
    type: 'incoming_call',
    call_id: randomUUID(),
    room_id: 'room-1',
    version: 1,
    state: 'ringing',
    caller_id: 'alice',
    caller_name: 'Zoë Ünal',
    call_type: 'video',
    expires_at: new Date(now + 30_000).toISOString(),
    expires_in_ms: 30_000,
    action_token: settings.actionToken,
  };
}

function texts() {
  return Object.fromEntries(Object.entries(event()).map(([key, value]) => [key, String(value)]));
}

function apns() {
  const apn = require('@parse/node-apn');
  const provider = new apn.MultiProvider({
    clientCount: 2,
    token: { key: settings.apnsKey, keyId: 'KEY1234567', teamId: 'TEAM123456' },
    address: 'localhost',
    port: settings.apnsPort,
  });
  return async (i) => {
    const note = new apn.Notification();
    note.topic = 'org.example.app.voip';
    note.pushType = 'voip';
    note.priority = 10;
    note.expiry = Math.floor(Date.now() / 1000) + 30;
    note.id = randomUUID();
    note.rawPayload = event();
    const result = await provider.send(note, settings.apnsTokens[i % settings.apnsTokens.length]);
    if (result.sent.length !== 1) {
      throw new Error(JSON.stringify(result.failed[0], (_, value) => (value instanceof Error ? value.message : value)));
    }
    return 1;
  };
}

function fcmMessage(i) {
  return {
    token: settings.fcmTokens[i % settings.fcmTokens.length],
    data: texts(),
    android: { priority: 'high', ttl: 30_000 },
  };
}

function messaging() {
  const { initializeApp } = require('firebase-admin/app');
  const { getMessaging } = require('firebase-admin/messaging');
  return getMessaging(initializeApp({
    projectId: 'ringback-bench',
    credential: { getAccessToken: async () => ({ access_token: 'access', expires_in: 3600 }) },
  }));
}

/** One at a time: HTTP/1.1 over connections that are kept. */
function fcm() {
  const fcm = messaging();
  return async (i) => {
    await fcm.send(fcmMessage(i));
    return 1;
  };
}

/** Many at a time: HTTP/2, a new connection for each batch. */
function fcmEach() {
  const fcm = messaging();
  const sender = async (i) => {
    const answer = await fcm.sendEach(Array.from({ length: sender.batch }, (_, j) => fcmMessage(i + j)));
    if (answer.failureCount > 0) {
      throw answer.responses.find((response) => !response.success).error;
    }
    return sender.batch;
  };
  sender.batch = 128;
  return sender;
}

function webPush() {
  const webpush = require('web-push');
  webpush.setVapidDetails('mailto:push@ringback.dev', settings.vapidPublicKey, settings.vapidPrivateKey);
  return async (i) => {
    await webpush.sendNotification(settings.subscriptions[i % settings.subscriptions.length], JSON.stringify(event()), {
      TTL: 30,
      urgency: 'high',
      topic: randomUUID().replaceAll('-', ''),
    });
    return 1;
  };
}

const send = { apns, fcm, 'fcm-each': fcmEach, 'web-push': webPush }[channel]();
let next = 0;

async function measure(seconds, inFlight) {
  const start = process.hrtime.bigint();
  const end = start + BigInt(seconds * 1e9);
  let sent = 0;
  let errors = 0;
  const one = async () => {
    while (process.hrtime.bigint() < end) {
      const i = next;
      next += send.batch ?? 1;
      try {
        // not `sent += await …`, which adds to what it was before the wait
        const taken = await send(i);
        sent += taken;
      } catch (error) {
        if (errors++ === 0) {
          console.error(`${channel}: ${error.message}`);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, inFlight / (send.batch ?? 1)) }, one));
  return `${sent} ${errors} ${Number(process.hrtime.bigint() - start) / 1e9}`;
}

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const [seconds, inFlight] = line.split(' ').map(Number);
  console.log(await measure(seconds, inFlight));
}).on('close', () => process.exit());
console.log('ready');
