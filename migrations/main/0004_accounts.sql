-- The state of accounts, and failed sign-ins. Same rules as in 0001.

alter table accounts add column must_change bigint not null default 0;
alter table accounts add column disabled_ms bigint;
alter table accounts add column signed_in_ms bigint;
create unique index accounts_by_member on accounts (member);

-- By the digest of the name that was typed, whether there is such an account or not.
create table sign_in_failures (
    name text not null primary key,
    n bigint not null,
    last_ms bigint not null
);
create index sign_in_failures_by_age on sign_in_failures (last_ms);

create index sessions_by_activity on sessions (kind, active_ms);

create index sessions_by_end on sessions (expires_ms);
