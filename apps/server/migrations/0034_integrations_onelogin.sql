-- A client of a further kind, so that an integration keeps which program it serves.

alter table integrations
  drop constraint integrations_profile_check,
  add constraint integrations_profile_check
    check (profile in ('lenient', 'strict', 'entra', 'okta', 'jumpcloud', 'google', 'onelogin'));
