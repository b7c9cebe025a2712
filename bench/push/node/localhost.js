// firebase-admin has no setting for FCM's address: its constant gets another value while the module is loaded.
'use strict';
const Module = require('node:module');
const fs = require('node:fs');

const load = Module._extensions['.js'];
let replaced = 0;
Module._extensions['.js'] = (module, filename) => {
  if (!filename.endsWith('firebase-admin/lib/messaging/messaging.js')) {
    return load(module, filename);
  }
  const source = fs.readFileSync(filename, 'utf8');
  const patched = source.replace("FCM_SEND_HOST = 'fcm.googleapis.com'", `FCM_SEND_HOST = '${process.env.FCM_HOST}'`);
  replaced += patched === source ? 0 : 1;
  return module._compile(patched, filename);
};
process.on('exit', () => {
  if (process.argv[2].startsWith('fcm') && replaced !== 1) {
    process.exitCode = 1;
    console.error('firebase-admin has changed: FCM was not replaced');
  }
});
