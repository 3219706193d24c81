-- What must hold again after a restore: erased stays erased, withdrawn withdrawn. Written here with
-- what it tells of, and copied to a file beside the database after the commit. Same rules as in 0001.

-- entry: a JSON document of ids, codes, numbers and salted digests.
create table journal (
    seq bigint not null primary key,
    at_ms bigint not null,
    entry text not null
);

-- One row, whose lock makes seq gapless in commit order.
create table journal_head (
    id bigint not null primary key,
    seq bigint not null
);
insert into journal_head (id, seq) values (1, 0);
