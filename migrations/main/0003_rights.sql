-- What rights and their proof need: sessions that can be named and ended, shifts that name their
-- grant, a salt for what was typed, and the audit log. Same rules as in 0001.

-- Sessions of before have no id; whoever holds one signs in again.
delete from sessions;
alter table sessions add column id text not null default '';
alter table sessions add column active_ms bigint not null default 0;
create unique index sessions_by_id on sessions (id);
create index sessions_by_member on sessions (member);

alter table shifts add column duty text;
alter table shifts add column device text;
alter table shifts add column officer text;
alter table shifts add column officer_name text;

-- The audit log holds a digest of salt and body; both go when the text is erased.
alter table texts add column salt text;

-- One chain a district, and one for the installation: each row holds the hash of the one before.
create table audit_heads (
    district text not null primary key,
    seq bigint not null,
    hash text not null
);

create table audit (
    district text not null,
    seq bigint not null,
    at_ms bigint not null,
    actor text,
    action text not null,
    object text,
    reason text,
    reason_digest text,
    detail text,
    hash text not null,
    primary key (district, seq)
);
create index audit_by_time on audit (district, at_ms);
