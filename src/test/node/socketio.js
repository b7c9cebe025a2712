// Users with the real Socket.IO client. Lines in: {"do": "open", "as", "url", "options"}, {"do": "emit", "as", "name",
// "args", "ack"}, {"do": "pause" | "close", "as"}, {"do": "quit"}. Lines out: {"event": "<as> <name>", "data"}.
import { createInterface } from 'node:readline'
import { io } from 'socket.io-client'

const sockets = new Map()
const say = (as, name, data) => console.log(JSON.stringify({ event: `${as} ${name}`, data }))
// Buffers cannot come as JSON
const revived = value => (value?.bytes ? Buffer.from(value.bytes) : value)

const actions = {
  open({ as, url, options }) {
    const socket = io(url, { forceNew: true, reconnectionDelay: 100, reconnectionDelayMax: 200, ...options })
    sockets.set(as, socket)
    socket.on('connect', () => say(as, 'connect', { transport: socket.io.engine.transport.name }))
    socket.on('connect_error', error => say(as, 'connect_error', { message: error.message, data: error.data }))
    socket.on('disconnect', reason => say(as, 'disconnect', { reason }))
    socket.io.engine.on('upgrade', transport => say(as, 'upgrade', { transport: transport.name }))
    socket.onAny((name, data) => say(as, name, data))
  },
  emit({ as, name, args = [], ack }) {
    const all = args.map(revived)
    if (ack) {
      all.push(answer => say(as, ack, answer))
    }
    sockets.get(as).emit(name, ...all)
  },
  pause({ as }) {
    sockets.get(as).io.engine.transport.ws._socket.pause()
    say(as, 'paused', {})
  },
  close({ as }) {
    sockets.get(as).close()
  },
  // in good order: nobody notices at once when one that polls is gone
  quit() {
    const all = [...sockets.values()]
    const open = all.filter(socket => socket.io.engine?.readyState === 'open')
    all.filter(socket => !open.includes(socket)).forEach(socket => socket.close())
    Promise.all(open.map(socket => new Promise(closed => {
      socket.io.engine.on('close', closed)
      socket.close()
    }))).then(() => say('all', 'gone', {}))
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  actions[message.do](message)
}
