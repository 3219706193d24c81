-- One text for SQLite and PostgreSQL: ids text, times bigint (Unix ms, UTC), coordinates double
-- precision, flags bigint 0 or 1, documents text holding JSON. Every key column says not null,
-- because SQLite lets a text primary key be null.

create table districts (
    id text not null primary key,
    name text not null,
    timezone text not null,
    prefix text not null,
    demo bigint not null,
    outline text,
    created_ms bigint not null
);

create table areas (
    district text not null,
    code text not null,
    name text not null,
    kind text not null,
    primary key (district, code)
);

-- A changed shape is a new version; the current one has no until_ms.
create table grids (
    district text not null,
    code text not null,
    version bigint not null,
    name text not null,
    kind text not null,
    area text,
    shape text not null,
    since_ms bigint not null,
    until_ms bigint,
    primary key (district, code, version)
);

create table kinds (
    district text not null,
    code text not null,
    top text not null,
    label text not null,
    primary key (district, code)
);

create table organisations (
    id text not null primary key,
    district text not null,
    kind text not null,
    name text not null
);

create table organisation_grids (
    org text not null,
    district text not null,
    grid text not null,
    primary key (org, grid)
);
create index organisation_grids_by_grid on organisation_grids (district, grid);

create table teams (
    id text not null primary key,
    district text not null,
    org text not null,
    force text not null,
    name text not null
);

create table members (
    id text not null primary key,
    district text not null,
    org text not null,
    force text not null,
    role text not null,
    team text,
    name text not null
);
create index members_by_district on members (district, id);

-- Apart from members, so that it can be erased and is never read by accident.
create table member_contacts (
    member text not null primary key,
    phone text not null
);

create table accounts (
    id text not null primary key,
    member text not null,
    username text not null unique,
    password_hash text not null,
    created_ms bigint not null
);

-- Only a digest of the token is kept.
create table sessions (
    digest text not null primary key,
    member text not null,
    kind text not null,
    created_ms bigint not null,
    expires_ms bigint not null
);

create table shifts (
    id text not null primary key,
    district text not null,
    member text not null,
    team text,
    started_ms bigint not null,
    ended_ms bigint,
    consent_version bigint,
    consent_ms bigint
);
create unique index shifts_one_open on shifts (member) where ended_ms is null;
create index shifts_by_district on shifts (district, ended_ms);
create index shifts_by_member on shifts (member, started_ms);

-- The log: streams holds its head, and the row lock on it makes seq gapless in commit order.
create table streams (
    district text not null primary key,
    epoch text not null,
    seq bigint not null
);

create table events (
    district text not null,
    seq bigint not null,
    id text not null,
    at_ms bigint not null,
    keys text not null,
    payload text not null,
    primary key (district, seq)
);

-- Typed text, apart from the log, so that erasing it breaks no log.
create table texts (
    id text not null primary key,
    district text not null,
    body text,
    erased_ms bigint
);

create table commands (
    actor text not null,
    id text not null,
    digest text not null,
    outcome text not null,
    at_ms bigint not null,
    primary key (actor, id)
);
create index commands_by_age on commands (at_ms);

create table incidents (
    id text not null primary key,
    district text not null,
    number text not null,
    state text not null,
    level text,
    kind text not null,
    top text not null,
    grid text,
    observed_ms bigint not null,
    received_ms bigint not null,
    moved_ms bigint not null,
    source_id text,
    doc text not null
);
create unique index incidents_by_number on incidents (district, number);
create unique index incidents_by_source on incidents (district, source_id);
create index incidents_by_time on incidents (district, observed_ms, id);
create index incidents_by_state on incidents (district, state, moved_ms);

create table incident_entries (
    incident text not null,
    n bigint not null,
    doc text not null,
    primary key (incident, n)
);

-- The serial part of incident numbers, one row a civil day.
create table serials (
    district text not null,
    day text not null,
    n bigint not null,
    primary key (district, day)
);

create table channels (
    id text not null primary key,
    district text not null,
    kind text not null,
    incident text
);

create table messages (
    id text not null primary key,
    district text not null,
    channel text not null,
    sender text not null,
    sender_name text not null,
    at_ms bigint not null,
    text text not null
);
create index messages_by_channel on messages (channel, at_ms, id);
create index messages_by_district on messages (district, at_ms, id);

-- Append only. Local times are civil minutes since 1970-01-01 00:00 in the district's zone.
create table count_changes (
    district text not null,
    seq bigint not null,
    at_ms bigint not null,
    occurred_min bigint not null,
    reported_min bigint not null,
    bin bigint not null,
    kind text not null,
    grid text not null,
    grid_version bigint not null,
    n bigint not null
);
create index count_changes_by_time on count_changes (district, occurred_min);
