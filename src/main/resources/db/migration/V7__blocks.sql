-- Whom a user does not want to be called by.
create table blocked_user (
    user_id    text        not null,
    blocked_id text        not null,
    blocked_at timestamptz not null,
    primary key (user_id, blocked_id)
);

-- Until when a user's devices are to be left alone.
create table do_not_disturb (
    user_id text        not null primary key,
    until   timestamptz not null
);

-- Why the invitation rings nobody, though to the caller it looks as if it did; null when it rings.
alter table invitation add column silence text;
-- the rows that are there have none: they need not be looked through
alter table invitation add constraint invitation_silence check (silence in ('BLOCKED', 'DO_NOT_DISTURB')) not valid;
