// Instant calling as it is usually written: Express for the commands, Socket.IO for the events, one process.
import { createServer } from 'node:http'
import { createSecretKey, randomUUID } from 'node:crypto'
import express from 'express'
import jwt from 'jsonwebtoken'
import { Server } from 'socket.io'
import { MemoryCalls } from './memory.js'
import { PostgresCalls } from './postgres.js'
import { createRoom, createToken } from './rooms.js'

const { PORT = '3000', JWT_SECRET, DATABASE_URL } = process.env
// a key and not a string, which jsonwebtoken would first try to read as a public key, each time
const KEY = createSecretKey(Buffer.from(JWT_SECRET))
const RING_TIMEOUT_SECONDS = 45

const calls = DATABASE_URL ? await PostgresCalls.open(DATABASE_URL) : new MemoryCalls()
const app = express().disable('x-powered-by').disable('etag')
const server = createServer(app)
// longer than a proxy in front keeps an idle connection
server.keepAliveTimeout = 65_000
const io = new Server(server)

// ---- who asks

const userOf = token => jwt.verify(token, KEY, { algorithms: ['HS256'] })

io.use((socket, next) => {
  try {
    socket.data.user = userOf(socket.handshake.auth.token)
    next()
  } catch {
    next(new Error('unauthenticated'))
  }
})
io.on('connection', socket => socket.join(socket.data.user.sub))

function authenticate(req, res, next) {
  try {
    req.user = userOf(req.headers.authorization?.slice('Bearer '.length))
  } catch {
    throw new Problem(401, 'unauthenticated')
  }
  next()
}

class Problem extends Error {
  constructor(status, code) {
    super(code)
    this.status = status
  }
}

// ---- who is told what

function view(call) {
  return {
    call_id: call.call_id,
    room_id: call.room_id,
    state: call.state,
    reason: call.reason,
    version: call.version,
    call_type: call.call_type,
    caller_id: call.caller_id,
    caller_name: call.caller_name,
    called_id: call.called_id,
    created_at: call.created_at,
    expires_at: call.expires_at,
    ringing_at: call.ringing_at,
    answered_at: call.answered_at,
    ended_at: call.ended_at,
    custom: call.custom,
  }
}

function tell(userId, type, call) {
  io.to(userId).emit(type, {
    type,
    call_id: call.call_id,
    room_id: call.room_id,
    version: call.version,
    state: call.state,
    reason: call.reason,
    caller_id: call.caller_id,
    caller_name: call.caller_name,
    call_type: call.call_type,
    expires_at: call.expires_at,
    expires_in_ms: Math.max(0, call.expires_at - Date.now()),
    answered_by_device: call.device_id ?? undefined,
    custom: call.custom ?? undefined,
  })
}

// ---- deadlines

const timers = new Map()

function startTimer(call) {
  const timer = setTimeout(() => timeOut(call.call_id).catch(console.error), call.expires_at - Date.now())
  timers.set(call.call_id, timer)
}

function stopTimer(call) {
  clearTimeout(timers.get(call.call_id))
  timers.delete(call.call_id)
}

async function timeOut(callId) {
  timers.delete(callId)
  const call = await calls.cancel(callId, 'timeout')
  if (call) {
    tell(call.called_id, 'call_cancelled', call)
    tell(call.called_id, 'call_missed', call)
    tell(call.caller_id, 'call_cancelled', call)
  }
}

// ---- commands

const commands = express.Router()
commands.use(express.json({ limit: '64kb' }), authenticate)

commands.post('/initiate', async (req, res) => {
  const { called_id, caller_name, call_type = 'video', ring_timeout = RING_TIMEOUT_SECONDS, custom = null } = req.body
  const callerId = req.user.sub
  if (typeof called_id !== 'string' || called_id === '' || called_id === callerId) {
    throw new Problem(400, 'invalid_request')
  }
  if (!Number.isInteger(ring_timeout) || ring_timeout < 5 || ring_timeout > 180) {
    throw new Problem(400, 'invalid_request')
  }
  const callId = randomUUID()
  const callerName = req.user.name ?? caller_name ?? callerId
  const roomId = await createRoom(callId, callerId)
  const now = new Date()
  const call = {
    call_id: callId,
    room_id: roomId,
    state: 'ringing',
    reason: null,
    version: 1,
    call_type,
    caller_id: callerId,
    caller_name: callerName,
    called_id,
    device_id: null,
    custom,
    created_at: now,
    expires_at: new Date(now.getTime() + ring_timeout * 1000),
    ringing_at: null,
    answered_at: null,
    ended_at: null,
  }
  await calls.insert(call)
  startTimer(call)
  // rings first: the caller's token is fetched while the phone rings
  tell(called_id, 'incoming_call', call)
  const token = await createToken(roomId, callerId, callerName, 'moderator')
  res.status(201).json({ ...view(call), caller_token: token })
})

commands.post('/ringing', async (req, res) => {
  const call = await calls.ringing(callIdOf(req), req.user.sub)
  if (call) {
    tell(call.caller_id, 'call_ringing', call)
  }
  res.status(204).end()
})

commands.post('/accept', async (req, res) => {
  const userId = req.user.sub
  const callId = callIdOf(req)
  const call = await calls.accept(callId, userId, req.body.device_id ?? null)
  if (!call) {
    throw await refusal(callId, userId)
  }
  stopTimer(call)
  tell(call.caller_id, 'call_accepted', call)
  tell(call.called_id, 'call_answered_elsewhere', call)
  const token = await createToken(call.room_id, userId, req.body.user_name ?? userId, 'participant')
  res.json({ ...view(call), token })
})

commands.post('/reject', async (req, res) => {
  const userId = req.user.sub
  const callId = callIdOf(req)
  const call = await calls.reject(callId, userId)
  if (!call) {
    throw await refusal(callId, userId)
  }
  stopTimer(call)
  tell(call.caller_id, 'call_rejected', call)
  tell(call.called_id, 'call_answered_elsewhere', call)
  res.json(view(call))
})

commands.post('/cancel', async (req, res) => {
  const userId = req.user.sub
  const callId = callIdOf(req)
  const call = await calls.cancel(callId, 'caller', userId)
  if (!call) {
    throw await refusal(callId, userId)
  }
  stopTimer(call)
  tell(call.called_id, 'call_cancelled', call)
  tell(call.called_id, 'call_missed', call)
  res.json(view(call))
})

commands.post('/end', async (req, res) => {
  const userId = req.user.sub
  const callId = callIdOf(req)
  const call = await calls.end(callId, userId)
  if (!call) {
    throw await refusal(callId, userId)
  }
  tell(userId === call.caller_id ? call.called_id : call.caller_id, 'call_ended', call)
  res.json(view(call))
})

function callIdOf(req) {
  const { call_id } = req.body
  if (typeof call_id !== 'string') {
    throw new Problem(400, 'invalid_request')
  }
  return call_id
}

/** Why a change did not take place; asked only then. */
async function refusal(callId, userId) {
  const call = await calls.find(callId)
  if (!call || (call.caller_id !== userId && call.called_id !== userId)) {
    return new Problem(404, 'call_not_found')
  }
  return new Problem(409, call.state === 'accepted' ? 'answered_elsewhere' : 'call_not_active')
}

app.get('/health', (req, res) => res.json({ status: 'UP' }))
app.use('/api/call', commands)
app.use((error, req, res, next) => {
  const status = error.status ?? 500
  if (status >= 500) {
    console.error(error)
  }
  res.status(status).json({ error: error.message })
})

// what rang when the process ended
for (const call of await calls.ringingNow()) {
  startTimer(call)
}
server.listen(Number(PORT), '127.0.0.1')
