// Calls in PostgreSQL: one row a call, and each step one statement that decides and answers at once.
import pg from 'pg'

const SCHEMA = `
  create table if not exists calls (
    call_id     uuid primary key,
    room_id     text not null,
    state       text not null,
    reason      text,
    version     integer not null,
    call_type   text not null,
    caller_id   text not null,
    caller_name text not null,
    called_id   text not null,
    device_id   text,
    custom      jsonb,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    ringing_at  timestamptz,
    answered_at timestamptz,
    ended_at    timestamptz
  );
  create index if not exists calls_of_caller on calls (caller_id, created_at desc);
  create index if not exists calls_of_called on calls (called_id, created_at desc);
  create index if not exists calls_ringing on calls (expires_at) where state = 'ringing'`

// Named, so that each connection parses and plans them once.
const INSERT = {
  name: 'insert',
  text: `insert into calls (call_id, room_id, state, version, call_type, caller_id, caller_name, called_id, custom,
           created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
}
const FIND = { name: 'find', text: 'select * from calls where call_id = $1' }
const RINGING = {
  name: 'ringing',
  text: `update calls set ringing_at = now(), version = version + 1
         where call_id = $1 and called_id = $2 and state = 'ringing' and ringing_at is null returning *`,
}
const ACCEPT = {
  name: 'accept',
  text: `update calls set state = 'accepted', answered_at = now(), device_id = $3, version = version + 1
         where call_id = $1 and called_id = $2 and state = 'ringing' returning *`,
}
const REJECT = {
  name: 'reject',
  text: `update calls set state = 'rejected', reason = 'declined', ended_at = now(), version = version + 1
         where call_id = $1 and called_id = $2 and state = 'ringing' returning *`,
}
const CANCEL = {
  name: 'cancel',
  text: `update calls set state = 'cancelled', reason = $2, ended_at = now(), version = version + 1
         where call_id = $1 and ($3::text is null or caller_id = $3) and state = 'ringing' returning *`,
}
const END = {
  name: 'end',
  text: `update calls set state = 'ended', reason = 'ended', ended_at = now(), version = version + 1
         where call_id = $1 and $2 in (caller_id, called_id) and state = 'accepted' returning *`,
}
const RINGING_NOW = { text: `select * from calls where state = 'ringing'` }

export class PostgresCalls {
  #pool

  constructor(pool) {
    this.#pool = pool
  }

  static async open(connectionString) {
    const pool = new pg.Pool({ connectionString, max: Number(process.env.POOL_SIZE ?? 10) })
    await pool.query(SCHEMA)
    return new PostgresCalls(pool)
  }

  async insert(call) {
    await this.#query(INSERT, call.call_id, call.room_id, call.state, call.version, call.call_type, call.caller_id,
      call.caller_name, call.called_id, call.custom, call.created_at, call.expires_at)
  }

  async find(callId) {
    return this.#one(FIND, callId)
  }

  async ringing(callId, userId) {
    return this.#one(RINGING, callId, userId)
  }

  async accept(callId, userId, deviceId) {
    return this.#one(ACCEPT, callId, userId, deviceId)
  }

  async reject(callId, userId) {
    return this.#one(REJECT, callId, userId)
  }

  async cancel(callId, reason, callerId = null) {
    return this.#one(CANCEL, callId, reason, callerId)
  }

  async end(callId, userId) {
    return this.#one(END, callId, userId)
  }

  async ringingNow() {
    return this.#query(RINGING_NOW)
  }

  async #one(statement, ...values) {
    return (await this.#query(statement, ...values))[0]
  }

  async #query(statement, ...values) {
    return (await this.#pool.query({ ...statement, values })).rows
  }
}
