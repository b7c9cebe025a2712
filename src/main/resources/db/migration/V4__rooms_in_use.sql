-- Rooms in which somebody has been, by what the provider's webhooks say: no call gets one of them again.
create table used_room (
    room_id  text        not null primary key,
    used_at  timestamptz not null,
    -- when the provider has to be asked whether anybody is still in it, or, while a node does, the end of its lease; null
    -- when nobody wants to know
    check_at timestamptz,
    -- how often it was asked since its session was last said to be over
    checks   integer     not null default 0
);

create index used_room_due on used_room (check_at) where check_at is not null;
create index used_room_age on used_room (used_at);

-- When the device's app first connected, or asked what rings, while its ring was on.
alter table delivery add column woke_at timestamptz;
