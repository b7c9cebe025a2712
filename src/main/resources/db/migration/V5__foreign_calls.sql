-- Calls that another platform keeps: Ringback rings devices for them, stops them, and knows no more.
create table foreign_call (
    -- made of the platform and its id (UUID version 5); calls of our own have version 7
    call_id     uuid        not null primary key,
    platform    text        not null,
    foreign_id  text        not null,
    -- the two users, in order, where the platform ends a ring by naming them and not the call
    pair        text,
    -- when it began to ring, by the platform's clock; null when only its end was told
    began_at    timestamptz,
    received_at timestamptz not null,
    ended_at    timestamptz,
    ended_how   text        check (ended_how in ('ANSWERED', 'OVER')),
    -- what devices are told of the end, in the platform's own members: a JSON object
    end_members text
);

create index foreign_call_age on foreign_call (received_at);
create index foreign_call_pair on foreign_call (platform, pair, began_at) where pair is not null and ended_at is null;

-- One user whose devices are rung for such a call.
create table foreign_ring (
    call_id     uuid        not null references foreign_call (call_id) on delete cascade,
    user_id     text        not null,
    caller_name text        not null,
    call_type   text        not null check (call_type in ('VIDEO', 'AUDIO')),
    -- what devices are told, in the platform's own members: a JSON object
    members     text        not null,
    received_at timestamptz not null,
    expires_at  timestamptz not null,
    primary key (call_id, user_id)
);

-- A delivery belongs to a row of call or of foreign_call. What the foreign key did is done as before, also for a node that
-- still runs the last version: the deliveries of a call that is forgotten go with it.
create function delete_deliveries_of_calls() returns trigger language plpgsql as $$
begin
    delete from delivery where call_id in (select call_id from gone);
    return null;
end $$;

create trigger call_deliveries after delete on call referencing old table as gone
    for each statement execute function delete_deliveries_of_calls();

alter table delivery drop constraint delivery_call_id_fkey;

-- Events of other platforms that were handled: they come twice, and more often.
create table webhook_event (
    source      text        not null,
    event_id    text        not null,
    received_at timestamptz not null,
    primary key (source, event_id)
);

create index webhook_event_age on webhook_event (received_at);
