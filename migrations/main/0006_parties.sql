-- Reporters, parties and witnesses: in rows of their own, so that they can be erased; and the
-- officer that an auxiliary's line of the timeline was written under stands in its document.
-- Same rules as in 0001.

create table parties (
    id text not null primary key,
    incident text not null,
    district text not null,
    part text not null,
    name text,
    phone text,
    note text,
    added_by text not null,
    added_ms bigint not null,
    erased_ms bigint
);
create index parties_by_incident on parties (incident, added_ms, id);
