-- How often the delivery was taken in hand. A node that stood still, and has an older number, has lost it to another.
alter table delivery add column lease integer not null default 1;
