// The other half of NodePeer.java: JSON lines both ways.
import { createInterface } from 'node:readline';

export function say(event, members = {}) {
  process.stdout.write(JSON.stringify({ event, ...members }) + '\n');
}

export function hear(listener) {
  createInterface({ input: process.stdin })
    .on('line', (line) => listener(JSON.parse(line)))
    // whoever started this is gone
    .on('close', () => process.exit());
}
