// Rooms and room tokens of EnableX's Video API v2, over connections that stay open.
import http from 'node:http'
import https from 'node:https'
import axios from 'axios'

const { ENABLEX_URL = 'https://api.enablex.io/video/v2', ENABLEX_APP_ID, ENABLEX_APP_KEY } = process.env

const enablex = axios.create({
  baseURL: ENABLEX_URL,
  auth: { username: ENABLEX_APP_ID, password: ENABLEX_APP_KEY },
  timeout: 5000,
  // neither is needed, and both cost
  maxRedirects: 0,
  proxy: false,
  httpAgent: new http.Agent({ keepAlive: true }),
  httpsAgent: new https.Agent({ keepAlive: true }),
})

export async function createRoom(callId, ownerId) {
  const { data } = await enablex.post('/rooms', {
    name: callId,
    owner_ref: ownerId,
    settings: { mode: 'group', scheduled: false, adhoc: true },
    data: { call_id: callId },
  })
  return checked(data).room.room_id
}

export async function createToken(roomId, userId, name, role) {
  const { data } = await enablex.post(`/rooms/${roomId}/tokens`, { name, role, user_ref: userId })
  return checked(data).token
}

function checked(answer) {
  if (Number(answer.result) !== 0) {
    throw new Error('EnableX refused: ' + answer.result)
  }
  return answer
}
