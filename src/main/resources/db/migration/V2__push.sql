-- Where push services reach the users' devices.
create table push_token (
    token_id      bigint      not null generated always as identity primary key,
    user_id       text        not null,
    -- the installation of the app; made up by Ringback where the app gives none
    device_id     text        not null,
    platform      text        not null check (platform in ('ios', 'android', 'fcm-ios', 'web', 'fcm-web', 'ios-alert')),
    -- the provider's token, or the endpoint of a Web Push subscription
    token         text        not null,
    p256dh        text,
    auth          text,
    app_id        text,
    environment   text        not null check (environment in ('PRODUCTION', 'SANDBOX')),
    registered_at timestamptz not null,
    -- last registered, or last seen to ring: who has too many devices loses the one longest unused
    used_at       timestamptz not null,
    unique (user_id, device_id, platform)
);

-- one owner in the whole installation: registering a token for another user moves it
create unique index push_token_owner on push_token (token);

-- One event for one device, until it is told or not worth telling any more.
create table delivery (
    -- also the provider's idempotency key, where it takes one
    delivery_id     uuid        not null primary key,
    call_id         uuid        not null references call (call_id) on delete cascade,
    user_id         text        not null,
    device_id       text        not null,
    type            text        not null,
    -- why, for this recipient, where that is not the call's own reason
    reason          text,
    state           text        not null check (state in ('WAITING', 'SENDING', 'SENT', 'FAILED', 'DROPPED')),
    -- why it is in this state
    code            text,
    attempts        integer     not null,
    -- attempts that the provider took
    pushes          integer     not null,
    created_at      timestamptz not null,
    -- after this it is worth nothing
    expires_at      timestamptz not null,
    -- when a node has to look at it next: the lease of the one that sends it is over, a retry or a repeat is due; null
    -- when nothing is left to do
    due_at          timestamptz,
    -- when the device said that it rings
    acknowledged_at timestamptz
);

create index delivery_due on delivery (due_at) where due_at is not null;
create index delivery_call on delivery (call_id);

-- What a provider said to each attempt: the ring trace. Written behind, in batches; kept for a shorter time than calls.
create table delivery_attempt (
    call_id     uuid        not null,
    delivery_id uuid        not null,
    at          timestamptz not null,
    channel     text        not null,
    platform    text        not null,
    -- the last characters only
    token_tail  text        not null,
    outcome     text        not null,
    code        text,
    provider_id text,
    token_removed boolean   not null,
    took_ms     integer     not null
);

create index delivery_attempt_call on delivery_attempt (call_id);

-- Everything else that happened to a call, for the ring trace.
create table call_step (
    call_id   uuid        not null,
    at        timestamptz not null,
    step      text        not null,
    user_id   text,
    device_id text,
    detail    text,
    took_ms   integer
);

create index call_step_call on call_step (call_id);

-- Keys that Ringback made for itself at its first start, where none were configured.
create table kept_key (
    name       text        not null primary key,
    value      text        not null,
    created_at timestamptz not null
);
