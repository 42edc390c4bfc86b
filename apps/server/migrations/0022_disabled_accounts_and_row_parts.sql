-- Since when a service account is disabled; null while it is not. Its keys are refused then, and it has no tokens.
alter table service_accounts add column disabled timestamptz;

-- What a row of a bulk job asks for that is decided beside the user and the directory as they are when the row is worked on: single
-- phone numbers, parts of addresses, single attributes, and the manager by a name. A row that is done keeps the name of a manager who
-- was not there yet until the job looks again at its end; what it did not find then stands as the row's remark.
alter table bulk_job_rows add column parts jsonb;
alter table bulk_job_rows drop constraint bulk_job_rows_check;
alter table bulk_job_rows drop constraint bulk_job_rows_check1;
alter table bulk_job_rows add constraint bulk_job_rows_code
  check (case state when 'failed' then code is not null when 'waiting' then code is null else true end);
alter table bulk_job_rows add constraint bulk_job_rows_forgotten
  check (state = 'waiting' or (input is null and password_sealed is null));
alter table bulk_job_rows add constraint bulk_job_rows_parts check (state <> 'failed' or parts is null);
-- For the job's end: who still waits for a manager.
create index bulk_job_rows_parts on bulk_job_rows (job_id, position) where state = 'done' and parts is not null;
-- For the page of the rows with a remark.
create index bulk_job_rows_remarked on bulk_job_rows (job_id, position) where state = 'done' and code is not null;

-- How many rows were done with a remark, once all of them are done.
alter table bulk_jobs add column remarked integer;
