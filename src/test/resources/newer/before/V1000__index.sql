-- Everything that an expanding migration does: an index on a table that is in use, ...
set lock_timeout = 0;
drop index concurrently if exists call_state_from_the_future;
create index concurrently call_state_from_the_future on call (state, created_at);
set lock_timeout = '2s';
