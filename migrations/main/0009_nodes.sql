-- The nodes that share this database: what each last said of itself. All times are the database's
-- own, so that a node whose clock is wrong is neither gone nor young for it.
create table nodes (
    id text primary key,
    -- The machine, and where the node listens there.
    name text not null,
    address text not null,
    version text not null,
    started_ms bigint not null,
    seen_ms bigint not null,
    -- How far the node's clock is ahead of the database's.
    skew_ms bigint not null,
    sessions bigint not null,
    -- alone, connected or lost; and for how long it is lost.
    bus text not null,
    bus_lost_ms bigint,
    -- How long after it was stored an event was brought to sessions, at worst since the last sign.
    lag_ms bigint not null
);

-- Which programs may open this database beside newer ones: the newest migration that they must
-- know, of the state (main) and of the tracks (track). A migration that an older program can't work
-- with raises it, and the first of each release raises it to the last of the release before.
create table least_programs (
    migrations text primary key,
    known bigint not null
);

insert into least_programs (migrations, known) values ('main', 9), ('track', 1001);
