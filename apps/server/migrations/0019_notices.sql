-- Mails that the hub sends. Whom a mail is for and what it says is sealed: it names people, and may hold the token of a link. What it says
-- is forgotten when it was sent or is not needed any more; the rest is removed after 30 days.
create table notices (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  kind text not null,
  recipient_kind text not null check (recipient_kind in ('administrator', 'user', 'contact')),
  -- The administrator or user; for a contact the group or the organization.
  recipient_id text not null,
  -- One cause makes one mail to one recipient, however often the cause is looked at.
  cause_key text collate "C" not null unique,
  state text not null check (state in ('waiting', 'sending', 'sent', 'failed', 'dropped')),
  recipient_sealed text not null,
  content_sealed text,
  attempts integer not null default 0,
  -- When it is tried for the first time, or again.
  due timestamptz not null,
  -- The leader that has it in hand; a later leader knows that it is nobody's any more.
  epoch bigint,
  -- Tries are given up some time after this.
  tried_since timestamptz not null,
  last_error text,
  -- When it was tried last, of a mail that waits for another try.
  tried timestamptz,
  created timestamptz not null,
  ended timestamptz,
  check ((state = 'sending') = (epoch is not null)),
  check ((ended is not null) = (state in ('sent', 'failed', 'dropped'))),
  check (content_sealed is not null or state in ('sent', 'dropped'))
);
-- For the leader, and for the mail room's figures.
create index notices_open on notices (due, id) where state in ('waiting', 'sending');
-- For the limit of mails of a kind to one recipient.
create index notices_recipient on notices (recipient_id, kind, created);
-- For the removal of old ones, and for what failed lately.
create index notices_ended on notices (ended) where ended is not null;

-- Which mails an administrator wants, where that is not the default.
create table notice_preferences (
  administrator_id text primary key references administrators on delete cascade,
  choices jsonb not null
);

-- What happened before mails could be sent is no reason for one.
insert into journal_followers (name, xid, seq)
  select 'notices', xid, seq from journal order by journal.xid desc, journal.seq desc limit 1;
