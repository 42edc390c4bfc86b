-- A deleted group is bound to nothing, as a deleted user is.
create function groups_remove_bindings() returns trigger language plpgsql as $$
begin
  delete from bindings using gone where bindings.subject_kind = 'group' and bindings.subject_id = gone.id;
  return null;
end $$;
create trigger groups_remove_bindings after delete on groups
  referencing old table as gone for each statement execute function groups_remove_bindings();

delete from bindings
where subject_kind = 'group' and not exists (select from groups where groups.id = subject_id);
