-- A delivery goes to a device, or to its user's place at a broker: then the broker's name stands here, and device_id is empty.
alter table delivery add column broker text;
