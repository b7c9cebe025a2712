// Calls in this process: fast, and gone when it ends.

export class MemoryCalls {
  #calls = new Map()

  async insert(call) {
    this.#calls.set(call.call_id, call)
  }

  async find(callId) {
    return this.#calls.get(callId)
  }

  async ringing(callId, userId) {
    const call = this.#ringing(callId)
    if (!call || call.called_id !== userId || call.ringing_at) {
      return undefined
    }
    call.ringing_at = new Date()
    call.version++
    return call
  }

  async accept(callId, userId, deviceId) {
    const call = this.#ringing(callId)
    if (!call || call.called_id !== userId) {
      return undefined
    }
    call.state = 'accepted'
    call.answered_at = new Date()
    call.device_id = deviceId
    call.version++
    return call
  }

  async reject(callId, userId) {
    const call = this.#ringing(callId)
    return call?.called_id === userId ? this.#finish(call, 'rejected', 'declined') : undefined
  }

  async cancel(callId, reason, callerId) {
    const call = this.#ringing(callId)
    return call && (!callerId || call.caller_id === callerId) ? this.#finish(call, 'cancelled', reason) : undefined
  }

  async end(callId, userId) {
    const call = this.#calls.get(callId)
    const party = call?.caller_id === userId || call?.called_id === userId
    return call?.state === 'accepted' && party ? this.#finish(call, 'ended', 'ended') : undefined
  }

  async ringingNow() {
    return []
  }

  #ringing(callId) {
    const call = this.#calls.get(callId)
    return call?.state === 'ringing' ? call : undefined
  }

  #finish(call, state, reason) {
    call.state = state
    call.reason = reason
    call.ended_at = new Date()
    call.version++
    // nothing is kept of it: there is no history, and memory is all there is
    this.#calls.delete(call.call_id)
    return call
  }
}
