/** The types of `/ringback.js`. */

/** How a {@link Ringback} reaches the service and whom it speaks for. */
export interface Options {
  /**
   * Gives a user token (a JWT) of your backend. It is asked again before the last one expires and when the service
   * refuses it; an error or rejection counts as "not now", and it is asked again later.
   */
  token: () => string | Promise<string>;
  /** Where Ringback is, as `https://calls.example.com/`. Default: where this module was loaded from. */
  server?: string;
  /**
   * Names this installation of your app: 1 to 128 characters, the same in every tab and after every restart. Default: one
   * that is made up once and kept in localStorage.
   */
  deviceId?: string;
  /** The user's name as the others see it, used where the token has no `name`. */
  name?: string;
}

export type CallType = 'audio' | 'video';
export type CallState = 'ringing' | 'accepted' | 'rejected' | 'cancelled' | 'ended';
export type InvitationState = 'ringing' | 'accepted' | 'rejected' | 'missed' | 'cancelled';
export type Reason =
  | 'declined' | 'busy' | 'caller' | 'timeout' | 'unreachable' | 'answered_elsewhere' | 'declined_elsewhere' | 'ended'
  | 'max_length';

/** One called user's leg of a call. Times are RFC 3339. */
export interface Invitation {
  user_id: string;
  state: InvitationState;
  /** When a device first said that it rings. */
  ringing_at?: string | null;
  answered_at?: string | null;
}

/** A call as the API shows it. Of two snapshots the one with the higher version is true. */
export interface Snapshot {
  call_id: string;
  room_id?: string | null;
  state: CallState;
  reason?: Reason | null;
  /** A client's own words. */
  reason_text?: string | null;
  version: number;
  call_type: CallType;
  caller_id: string;
  caller_name: string;
  /** In a call of two. */
  called_id?: string | null;
  invitations: Invitation[];
  created_at: string;
  /** When the ring ends, by the server's clock. {@link Call.msLeft} is what to show. */
  expires_at: string;
  answered_at?: string | null;
  answered_by_device?: string | null;
  ended_at?: string | null;
  token_delivery: 'on_accept' | 'embedded';
  /** Both called each other at the same time, and it became one call. */
  glare: boolean;
  /** What the caller gave along. */
  custom?: Record<string, unknown> | null;
}

/** What this page has to show of a call; `none` when it is over, silenced here, or on another device. */
export type Phase = 'incoming' | 'outgoing' | 'in-call' | 'none';

/** Why a call is not, or no longer, shown on this page. */
export type Outcome =
  /** This user answered, declined or called on another device, or in another tab. */
  | 'answered_elsewhere' | 'declined_elsewhere' | 'elsewhere'
  /** This page declined, ignored or cancelled it. */
  | 'declined' | 'ignored' | 'cancelled'
  /** Somebody called, and this user did not answer. */
  | 'missed'
  /** The called users declined, are in another call, did not answer, or have no device that can be reached. */
  | 'rejected' | 'busy' | 'unanswered' | 'unreachable'
  /** It was accepted and is over. */
  | 'ended' | 'max_length';

export type Command = 'accept' | 'reject' | 'ignore' | 'cancel' | 'end' | 'invite' | 'token';

/** A call on this page: one object for its whole life, kept up to date. */
export interface Call {
  readonly id: string;
  readonly phase: Phase;
  /** The newest that is known. */
  readonly snapshot: Snapshot;
  /** Set once the phase is `none`. */
  readonly outcome: Outcome | null;
  /** How long the ring still lasts, in ms, by a clock that nobody sets; 0 when it is over. */
  readonly msLeft: number;
  /** Whether a called user's device has said that it rings: the caller may hear the ringback tone. */
  readonly heard: boolean;
  /** Call waiting: this user is in another call. */
  readonly waiting: boolean;
  /** Joins the room, once, within 15 minutes: `EnxRtc.joinRoom(roomToken, …)`. Null until there is one. */
  readonly roomToken: string | null;
  /** How long the room token can still be used, in ms. */
  readonly roomTokenMsLeft: number;
  /** The command that is under way. */
  readonly pending: Command | null;
}

export type ConnectionState = 'connecting' | 'online' | 'offline';

/** Everything that came and went, for logs and debugging. Bodies hold secrets: tokens. */
export interface Traffic {
  kind: 'event' | 'push' | 'command' | 'answer';
  /** An event's type, a command's name. */
  name: string;
  body: object | null;
  /** Of an answer: the HTTP status, 0 when the service does not answer. */
  status?: number;
  /** Of an event: `stale` and `duplicate` ones change nothing. */
  verdict?: 'news' | 'stale' | 'duplicate';
}

/** What {@link Ringback.on} tells, and with which arguments. */
export interface Events {
  /** A call begins to ring here: show it. Told once a call, and again if the user is invited anew. */
  incoming: [call: Call];
  /** Something about the call is new; `before` is its phase until now. Told after `incoming` and before `over`, too. */
  change: [call: Call, before: Phase];
  /** The call is answered and has a room token: join the room with it. Told once a call, and again after a reload. */
  join: [call: Call];
  /** The call has gone from this page: take it off the screen. {@link Call.outcome} says why. */
  over: [call: Call];
  connection: [state: ConnectionState];
  traffic: [message: Traffic];
}

export interface CallOptions {
  /** Default: `video`. */
  type?: CallType;
  /** How long it rings, in seconds, 5 to 180. Default: the service's, 45. */
  ringTimeout?: number;
  /** Handed through to the called users, 2 KiB of JSON at most. */
  custom?: Record<string, unknown>;
}

/** A page of {@link Ringback.history}. */
export interface History {
  calls: Snapshot[];
  /** For the next, older page; null on the last one. */
  next_cursor?: string | null;
}

/** A device and its push tokens, as `GET /api/push/devices` shows it. */
export interface Device {
  device_id: string;
  registered_at: string;
  tokens: {
    platform: string;
    /** Its last characters. */
    token: string;
    app_id?: string;
    environment: string;
    registered_at: string;
  }[];
}

export interface PushOptions {
  /**
   * The service worker's address, on your page's own origin. Default: `/ringback-sw.js` where Ringback and the page share
   * an origin; else serve a file of your own that says `importScripts('https://calls.example.com/ringback-sw.js')`.
   */
  serviceWorker?: string;
  /** The page to open when the user accepts and no page is open. Default: the current one. */
  page?: string;
  /** Words of the notifications, to translate them. */
  texts?: Partial<Texts>;
}

export interface Texts {
  audio: string;
  video: string;
  accept: string;
  decline: string;
  missed: string;
  answered: string;
  declined: string;
  ended: string;
  notDeclined: string;
}

/** A refusal by the service, or its silence. */
export class RingbackError extends Error {
  /** HTTP status; 0 when the service does not answer. */
  readonly status: number;
  /**
   * The problem's stable code (`answered_elsewhere`, `rate_limited`, …), or one of this module's: `no_answer`, `no_token`,
   * `unknown_call`, `push_unsupported`, `push_denied`, `push_failed`.
   */
  readonly code: string;
  /** The problem detail of the service (RFC 9457), where it sent one. */
  readonly problem: Record<string, unknown> | null;
}

/** One user on one device. */
export class Ringback {
  constructor(options: Options);

  readonly deviceId: string;
  /** Whom the token names; null until there has been one. */
  readonly userId: string | null;
  readonly connection: ConnectionState;
  /** All calls this page knows of, those that are over included. */
  readonly calls: readonly Call[];

  /** Listens; the result ends it. */
  on<T extends keyof Events>(type: T, listener: (...details: Events[T]) => void): () => void;

  /** Opens the socket and keeps it open: after a loss, after a restart of the service, with a new token. */
  connect(): void;
  /** Closes it for good; calls ring on elsewhere. */
  disconnect(): void;

  /**
   * Rings one user, or several as a group. If the user is calling at this very moment, the result is that call, accepted.
   *
   * @throws RingbackError
   */
  call(users: string | string[], options?: CallOptions): Promise<Call>;
  /**
   * Answers, in this tab: the others stop ringing. Has a room token afterwards.
   *
   * @throws RingbackError `answered_elsewhere` when another device or tab was faster
   */
  accept(callId: string): Promise<Call>;
  /** Declines, on all devices of this user. `reason`: `busy`, or the user's own words. */
  reject(callId: string, reason?: string): Promise<Call>;
  /** Stops the ring on this device; the others ring on. */
  ignore(callId: string): Promise<Call>;
  /** Gives up a call that still rings. */
  cancel(callId: string): Promise<Call>;
  /** Hangs up. */
  end(callId: string): Promise<Call>;
  /** Rings people again, or adds them. */
  invite(callId: string, users: string | string[]): Promise<Call>;
  /** Fetches a new room token: each is good for one join. */
  renewRoomToken(callId: string): Promise<Call>;

  /** The user's calls, newest first; missed ones have this user's invitation in state `missed` or `cancelled`. */
  history(query?: { state?: CallState; limit?: number; cursor?: string }): Promise<History>;
  /** The user's devices, the one registered last first. */
  devices(): Promise<Device[]>;
  /** Drops all push tokens of a device of this user. */
  removeDevice(deviceId: string): Promise<void>;

  /**
   * Lets this browser ring when no page is open: asks for permission (call it from a click), starts the service worker,
   * subscribes and registers. Repeat it at each start of your app: subscriptions change.
   *
   * @throws RingbackError `push_unsupported`, `push_denied`, `push_failed`, or the service's
   */
  registerPush(options?: PushOptions): Promise<Device>;
  /** Ends that. Do it when the user logs out. */
  unregisterPush(): Promise<void>;
}
