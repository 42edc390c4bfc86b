-- Whether what is changed in the hub is written to the directory: a group that it brought makes accounts of its members there only then.
alter table directories add column written boolean not null default true;
update directories set written = false
from ad_domains where ad_domains.id = directories.id and ad_domains.use_case = 'ADASAUTHORITY';

-- The outside object is not there any more, as far as is known: deleted, or lacking in a directory that went back to an old copy.
alter table accounts add column gone boolean not null default false;
create index accounts_gone on accounts (directory_id) where gone;
update accounts set gone = true
where left_at is not null and external_id is not null and not exists (select from ad_objects as object
  where object.domain_id = accounts.directory_id and object.guid = accounts.external_id and not object.deleted);

-- What was sealed for an object opens for no other one.
create trigger accounts_forget_sealed after update of external_id on accounts
  for each row when (old.external_id is not null and new.external_id is null) execute function accounts_forget_passwords();

-- Items are listed by name.
create index plan_items_name on plan_items (plan_id, lower(subject_name), id);
