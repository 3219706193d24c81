-- What a district has beside grids: posts, checkpoints, streets, the five tiers, planned duty; and
-- what duty leaves behind: visits, and looks at tracks. Same rules as in 0001.

alter table members add column grid text;

create table stations (
    id text not null primary key,
    district text not null,
    kind text not null,
    name text not null,
    lng double precision not null,
    lat double precision not null,
    area text,
    grid text
);
create index stations_by_district on stations (district, id);

create table checkpoints (
    id text not null primary key,
    district text not null,
    name text not null,
    lng double precision not null,
    lat double precision not null,
    grid text,
    must_visit bigint not null
);
create index checkpoints_by_district on checkpoints (district, id);

-- line: a JSON array of points.
create table streets (
    id text not null primary key,
    district text not null,
    name text not null,
    line text not null
);
create index streets_by_district on streets (district, id);

create table escalation_units (
    id text not null primary key,
    district text not null,
    tier text not null,
    name text not null,
    parent text,
    area text,
    grid text
);
create index escalation_units_by_district on escalation_units (district, id);

-- doc: the template; nothing of it is searched for.
create table shift_templates (
    id text not null primary key,
    district text not null,
    name text not null,
    doc text not null
);
create index shift_templates_by_district on shift_templates (district, id);

create table rosters (
    id text not null primary key,
    district text not null,
    template text not null,
    member text not null,
    team text,
    starts_ms bigint not null,
    ends_ms bigint not null
);
create index rosters_by_time on rosters (district, starts_ms);
create index rosters_by_member on rosters (member, starts_ms);

create table check_ins (
    id text not null primary key,
    district text not null,
    shift text not null,
    member text not null,
    checkpoint text not null,
    method text not null,
    lng double precision,
    lat double precision,
    distance_m double precision,
    observed_ms bigint not null,
    received_ms bigint not null,
    lap bigint not null,
    doubtful bigint not null,
    reason text
);
create index check_ins_by_time on check_ins (district, received_ms);
create index check_ins_by_shift on check_ins (shift, member);

-- members: a JSON array of ids.
create table track_views (
    id text not null primary key,
    district text not null,
    viewer text not null,
    viewer_name text not null,
    members text not null,
    incident text,
    from_ms bigint not null,
    to_ms bigint not null,
    reason text not null,
    at_ms bigint not null
);
create index track_views_by_time on track_views (district, at_ms);
