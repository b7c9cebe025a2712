do $$
declare
    known text;
begin
    for known in select tablename from pg_tables where schemaname = 'public' and tablename <> 'flyway_schema_history' loop
        execute format('alter table %I add column later_from_the_future text', known);
    end loop;
end $$;
