-- platform/db/migrate.ts makes its own table `migrations`; graphile-worker makes the schema `jobs` (installJobs / Jobs.start).

-- platform/db/leadership.ts
create table leaderships (
  key text primary key,
  epoch bigint not null check (epoch > 0),
  holder text not null,
  since timestamptz not null
);

-- platform/crypto/vault.ts
create table vault_keys (
  number bigint generated always as identity primary key,
  id text not null unique check (id ~ '^[0-9a-f]{12}$'),
  wrapped_key text not null,
  created_at timestamptz not null default now()
);
