-- One attempt to connect a caller with one or more called users.
create table call (
    call_id        uuid        not null primary key,
    -- the conditional update of a change is "... where call_id = ? and version = ?"
    version        integer     not null,
    state          text        not null check (state in ('RINGING', 'ACCEPTED', 'REJECTED', 'CANCELLED', 'ENDED')),
    reason         text        check (reason in ('DECLINED', 'BUSY', 'CALLER', 'TIMEOUT', 'UNREACHABLE', 'ENDED', 'MAX_LENGTH')),
    reason_text    text,
    call_type      text        not null check (call_type in ('VIDEO', 'AUDIO')),
    token_delivery text        not null check (token_delivery in ('ON_ACCEPT', 'EMBEDDED')),
    caller_id      text        not null,
    caller_name    text        not null,
    -- null only for a call that was refused as busy before a room was made
    room_id        text,
    -- text and not jsonb: the client's own JSON comes back as it was sent
    custom         text,
    glare          boolean     not null,
    ring_timeout   integer     not null,
    created_at     timestamptz not null,
    changed_at     timestamptz not null,
    expires_at     timestamptz not null,
    answered_at    timestamptz,
    -- when an accepted call has reached its maximum length
    ends_at        timestamptz,
    ended_at       timestamptz,
    -- when the sweeper has to look at the call next; null once it is over
    due_at         timestamptz
);

-- Every index that the sweeper and the hot path read covers living calls only, so it stays small whatever piles up.
create index call_due on call (due_at) where due_at is not null;
create index call_live_caller on call (caller_id) where state in ('RINGING', 'ACCEPTED');
-- history of a caller, newest first: call ids are ordered by time (UUID v7)
create index call_history on call (caller_id, call_id desc);
-- clients may name a call by its room; a room is used again by a re-dial, the newest call counts
create index call_room on call (room_id, call_id desc) where room_id is not null;

-- One called user's leg of a call.
create table invitation (
    call_id     uuid        not null references call (call_id) on delete cascade,
    user_id     text        not null,
    position    integer     not null,
    state       text        not null check (state in ('RINGING', 'ACCEPTED', 'REJECTED', 'MISSED', 'CANCELLED')),
    -- the user was in an accepted call when this one began to ring
    busy        boolean     not null,
    -- rings for or connects the user right now
    live        boolean     not null,
    expires_at  timestamptz not null,
    ringing_at  timestamptz,
    answered_at timestamptz,
    -- the device that accepted, where it gave its id
    device_id   text,
    -- devices that were silenced by "ignore"
    ignored_by  text[]      not null,
    primary key (call_id, user_id)
);

create index invitation_live on invitation (user_id) where live;
create index invitation_history on invitation (user_id, call_id desc);

-- Rooms that belong to no living call and are to be deleted at the provider, or used again by a re-dial before that.
create table vacant_room (
    room_id        text        not null primary key,
    -- who may have the room again: the same caller calling the same users; null when nobody may
    caller_id      text,
    called_ids     text[],
    reusable_until timestamptz,
    delete_at      timestamptz not null,
    attempts       integer     not null default 0
);

create index vacant_room_due on vacant_room (delete_at);
create index vacant_room_redial on vacant_room (caller_id) where caller_id is not null;

-- Which call an Idempotency-Key stands for.
create table idempotency_key (
    caller_id    text        not null,
    key          text        not null,
    request_hash text        not null,
    call_id      uuid        not null,
    created_at   timestamptz not null,
    primary key (caller_id, key)
);

create index idempotency_key_age on idempotency_key (created_at);
