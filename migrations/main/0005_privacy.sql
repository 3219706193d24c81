-- Positions are kept by consent, by one device, for a time: what says so. Same rules as in 0001.

-- A span for each consent; the open one has no until_ms.
create table consents (
    member text not null,
    district text not null,
    version bigint not null,
    from_ms bigint not null,
    until_ms bigint,
    primary key (member, from_ms)
);
create unique index consents_one_open on consents (member) where until_ms is null;

-- Until now consent came with each shift, and held for it alone.
insert into consents (member, district, version, from_ms, until_ms)
select member, district, min(consent_version), started_ms, max(ended_ms) + 1 from shifts
where consent_version is not null and ended_ms is not null
group by member, district, started_ms;

insert into consents (member, district, version, from_ms, until_ms)
select member, district, consent_version, started_ms, null from shifts
where consent_version is not null and ended_ms is null;

-- A call for help: its caller is located from from_ms on, until it is over.
create table help_calls (
    incident text not null primary key,
    district text not null,
    member text not null,
    from_ms bigint not null,
    until_ms bigint
);
create index help_calls_by_member on help_calls (member, from_ms);

-- What stays of a shift's track. grids: a JSON array of codes.
create table shift_summaries (
    shift text not null primary key,
    district text not null,
    member text not null,
    distance_m double precision not null,
    grids text not null,
    fixes bigint not null,
    summed_ms bigint not null
);

-- Tracks that are kept longer, for a reason. members: a JSON array of ids.
create table track_holds (
    id text not null primary key,
    district text not null,
    members text not null,
    from_ms bigint not null,
    to_ms bigint not null,
    reason text not null,
    placed_by text not null,
    placed_by_name text not null,
    placed_ms bigint not null,
    released_by_name text,
    released_ms bigint,
    release_reason text
);
create index track_holds_by_district on track_holds (district, placed_ms);

-- Who was looked at, one row each, so that everybody finds the looks at themselves.
create table track_view_members (
    view text not null,
    member text not null,
    at_ms bigint not null,
    primary key (view, member)
);
create index track_view_members_by_member on track_view_members (member, at_ms, view);

insert into track_view_members (view, member, at_ms)
select v.id, m.id, v.at_ms from track_views v join members m on m.district = v.district
where replace(v.members, '"' || m.id || '"', '') <> v.members;
