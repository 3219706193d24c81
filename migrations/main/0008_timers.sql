-- What the system does by itself at some time. Same rules as in 0001.

-- A row is written and deleted in the transaction of what it belongs to. A node claims it for a
-- while before it fires; one that died leaves a claim that runs out.
create table timers (
    district text not null,
    incident text not null,
    kind text not null,
    subject text not null,
    due_ms bigint not null,
    claimed_by text,
    claimed_until_ms bigint not null,
    primary key (incident, kind, subject)
);
create index timers_by_time on timers (due_ms);

-- What was closed before this is archived after its week of silence, too. What was open runs from
-- its next move on: its deadlines were seen to by people.
insert into timers (district, incident, kind, subject, due_ms, claimed_until_ms)
    select district, id, 'archive', '', moved_ms + 604800000, 0 from incidents where state = 'closed';
