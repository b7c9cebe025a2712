-- One event for one endpoint of webhooks out, until the endpoint has taken it: then the row goes.
create table webhook_message (
    -- events of one call are written in its order, since each change of a call waits for the one before
    message_id bigint      not null primary key generated always as identity,
    -- the event's own, the same for all its endpoints
    event_id   uuid        not null,
    -- a hash of the endpoint's URL
    endpoint   text        not null,
    type       text        not null,
    -- null when the event is no call's, and so has no others to keep in order with
    call_id    uuid,
    -- text and not jsonb: what is sent is what was written
    body       text        not null,
    created_at timestamptz not null,
    attempts   integer     not null default 0,
    -- how often it was taken in hand. A node that stood still, and has an older number, has lost it to another.
    lease      integer     not null default 0,
    -- when a node has to send it next, or the lease of the one that is sending it is over; null while it waits for the event
    -- before it, and once it is parked
    due_at     timestamptz,
    -- when it is parked instead of tried again
    give_up_at timestamptz not null,
    -- what came of the last attempt
    code       text,
    parked_at  timestamptz
);

create index webhook_message_due on webhook_message (endpoint, due_at) where due_at is not null;
-- what of a call an endpoint has not taken yet
create index webhook_message_order on webhook_message (endpoint, call_id, message_id) where parked_at is null;
create index webhook_message_parked on webhook_message (message_id) where parked_at is not null;
