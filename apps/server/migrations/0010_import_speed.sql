-- Who was in scope and has to be looked at again: nobody in a first import, of which the guard then counts no exits.
create index ad_objects_possible_exits on ad_objects (domain_id) where dirty and in_scope;

-- The next dirty objects are taken in GUID order, and as many as remain need not be sorted for it.
drop index ad_objects_dirty;
create index ad_objects_dirty on ad_objects (domain_id, kind, guid) where dirty;

-- The mirror is written thousands of rows at a time, by somebody who keeps its domain's row for it: looking the domain up for every
-- single row is a good part of writing an edge. What the foreign keys did when a domain goes, a trigger does.
alter table ad_objects drop constraint ad_objects_domain_id_fkey;
alter table ad_edges drop constraint ad_edges_domain_id_fkey;
create function ad_domains_remove_mirror() returns trigger language plpgsql as $$
begin
  delete from ad_edges using gone where ad_edges.domain_id = gone.id;
  delete from ad_objects using gone where ad_objects.domain_id = gone.id;
  return null;
end $$;
create trigger ad_domains_remove_mirror after delete on ad_domains
  referencing old table as gone for each statement execute function ad_domains_remove_mirror();
