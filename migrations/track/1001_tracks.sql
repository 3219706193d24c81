-- Raw tracks: a file of their own on SQLite, so that a purge really erases.
create table tracks (
    district text not null,
    member text not null,
    shift text not null,
    grid text,
    at_ms bigint not null,
    received_ms bigint not null,
    lng double precision not null,
    lat double precision not null,
    speed_mps double precision,
    heading_deg double precision,
    accuracy_m double precision
);
create index tracks_by_member on tracks (member, at_ms);
