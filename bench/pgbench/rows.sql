-- The same rows, one statement each, as a mapper from objects to tables sends them.
\set pair random(1, 1000000)

begin;
insert into call (call_id, version, state, call_type, token_delivery, caller_id, caller_name, room_id, glare,
                  ring_timeout, created_at, changed_at, expires_at, due_at)
values (uuidv7(), 1, 'RINGING', 'VIDEO', 'ON_ACCEPT', 'caller-' || :pair, 'Caller', 'room-' || :pair, false,
        45, now(), now(), now() + interval '45 s', now() + interval '45 s')
returning call_id \gset
insert into invitation (call_id, user_id, position, state, busy, live, expires_at, ignored_by)
values (:call_id, 'called-' || :pair, 0, 'RINGING', false, true, now() + interval '45 s', '{}');
commit;

begin;
update call set version = version + 1, changed_at = now() where call_id = :call_id and version = 1;
update invitation set ringing_at = now() where call_id = :call_id;
commit;

begin;
update call set version = version + 1, state = 'ACCEPTED', answered_at = now(), changed_at = now(),
                ends_at = now() + interval '12 h', due_at = now() + interval '12 h'
where call_id = :call_id and version = 2;
update invitation set state = 'ACCEPTED', answered_at = now(), device_id = 'device' where call_id = :call_id;
commit;

begin;
update call set version = version + 1, state = 'ENDED', reason = 'ENDED', ended_at = now(), changed_at = now(),
                due_at = null
where call_id = :call_id and version = 3;
update invitation set live = false where call_id = :call_id;
insert into vacant_room (room_id, delete_at) values ('room-' || :call_id, now());
commit;

insert into call_step (call_id, at, step, user_id, took_ms)
select :call_id::uuid, now(), 'token_issued', 'called-' || :pair, 1 from generate_series(1, 7);
