-- ... a new table, and new columns, which older nodes do not know.
create table from_the_future (name text not null primary key);

do $$
declare
    known text;
begin
    for known in select tablename from pg_tables where schemaname = 'public' and tablename <> 'flyway_schema_history' loop
        execute format('alter table %I add column null_from_the_future text', known);
        execute format('alter table %I add column from_the_future integer not null default 1', known);
    end loop;
end $$;
