-- By what policy the domain locks this very account, as its agent said with the latest answer.
alter table ad_sign_in_guesses add column lockout_threshold integer;
alter table ad_sign_in_guesses add column lockout_window_ms bigint;

-- A domain that is not written to any more asks for no work, and with it went the only way in which its passwords were erased.
create function ad_domains_forget_passwords() returns trigger language plpgsql as $$
begin
  delete from password_deliveries using accounts
  where accounts.directory_id = new.id and password_deliveries.account_id = accounts.id;
  return null;
end $$;
create trigger ad_domains_forget_passwords after update of use_case on ad_domains
  for each row when (old.use_case <> new.use_case and new.use_case = 'ADASAUTHORITY') execute function ad_domains_forget_passwords();
