"""python3 scripts/bench/cluster.py measure BUILT: one node beside two on PostgreSQL and Redis.

Writes its own part of docs/BENCHMARKS.md and the figures of docs/SCALE.md; `page RESULTS` does it
once more from results that stand.
BUILT is cargo's folder of release binaries. Starts both engines on a folder of their own, on the
server's core, as `make cluster` does. Called by `make bench-cluster`.
"""

import dataclasses
import json
import os
import pathlib
import signal
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path += [str(ROOT / "scripts/bench"), str(ROOT / "scripts/cluster")]

import machine  # noqa: E402
import page  # noqa: E402
import parts  # noqa: E402
import rows  # noqa: E402
import runs  # noqa: E402
import scale  # noqa: E402
import watch  # noqa: E402

PAGE = ROOT / "docs" / "BENCHMARKS.md"
BEGIN = "<!-- measured: `make bench-cluster` writes from here -->"
END = "<!-- measured by `make bench-cluster`: to here -->"
# Its ports count from here: those of `make cluster` may be in use.
FIRST_PORT = 19000
# Of each set-up, in the order A B C, C B A, A B C.
ROUNDS = 3


@dataclasses.dataclass(frozen=True)
class SetUp:
    """What is started for a run, and how the table names it."""

    name: str
    flags: tuple = ()
    shared: bool = True


SIDE_BY_SIDE = [
    SetUp("one node, SQLite", shared=False),
    SetUp("one node, PostgreSQL and Redis"),
    SetUp("two nodes, PostgreSQL and Redis", ("--nodes", "2")),
]
# Redis alone is what these are for: more units than a county has on duty, in twenty streets.
MANY = ("--nodes", "2", "--districts", "20", "--units", "5000", "--desks", "20", "--reports", "0")
REDIS = [SetUp("5,000 units, a fix a second", MANY), SetUp("5,000 units, a fix in 10 s", (*MANY, "--rate", "0.1"))]

# The figures of the table: what is told, the report's name, its unit.
FIGURES = [
    ("report to ack, p50", "ack_p50_ms", "ms"),
    ("report to ack, p99", "ack_p99_ms", "ms"),
    ("report to a desk of the same node, p50", "same_p50_ms", "ms"),
    ("report to a desk of the same node, p99", "same_p99_ms", "ms"),
    ("report to a desk of the other node, p50", "other_p50_ms", "ms"),
    ("report to a desk of the other node, p99", "other_p99_ms", "ms"),
    ("the hop to the other node, p50", "hop_p50_ms", "ms"),
    ("CPU a delivery, all processes", "cpu_us_per_delivery", "µs"),
    ("CPU a report: nodes", "node_cpu_us_per_command", "µs"),
    ("CPU a report: PostgreSQL", "database_cpu_us_per_command", "µs"),
    ("CPU a report: Redis", "bus_cpu_us_per_command", "µs"),
    ("Redis commands a report", "bus_commands_per_command", ""),
    ("stored bytes a report", "bytes_per_command", "B"),
    ("fix to a desk of the same node, p99", "age_same_p99_ms", "ms"),
    ("fix to a desk of the other node, p99", "age_other_p99_ms", "ms"),
    ("CPU a fix: nodes", "node_cpu_us_per_fix", "µs"),
    ("CPU a fix: PostgreSQL", "database_cpu_us_per_fix", "µs"),
    ("CPU a fix: Redis", "bus_cpu_us_per_fix", "µs"),
    ("Redis commands a fix (1 if each were published alone)", "bus_commands_per_fix", ""),
    ("bytes to and from Redis a fix", "bus_bytes_per_fix", "B"),
    ("messages on the bus, a second", "bus_publishes_per_s", "/s"),
    ("Redis's share of a core", "bus_cpu_share", "core"),
    ("stored bytes a fix", "bytes_per_fix", "B"),
]


class Engines:
    """PostgreSQL and Redis while the block lasts; a fresh database for each run."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.place = parts.Place(folder, (parts.HOST, FIRST_PORT), FIRST_PORT)
        self.watch, self.made = watch.Watch(), 0

    def __enter__(self):
        for what in ("PostgreSQL", "Redis"):
            parts.free(what, self.place.inner(what))
        allowed = os.sched_getaffinity(0)
        # The server's core is the first: src/cli/bench/measure/pin.rs.
        os.sched_setaffinity(0, {min(allowed)})
        try:
            self.postgres = parts.postgres(self.place)
            self.watch.start(self.postgres)
            self.watch.start(parts.redis(self.place))
        except BaseException:
            self.__exit__()
            raise
        finally:
            os.sched_setaffinity(0, allowed)
        return self

    def __exit__(self, *_):
        self.watch.__exit__()

    def flags(self):
        """Where a run finds them."""
        self.made += 1
        name = f"bench_{os.getpid()}_{self.made}"
        parts.database(self.place, name)
        database, bus = parts.urls(self.place, name)
        return ["--database", database, "--database-pid", str(self.postgres.pid), "--bus", bus]


def order(set_ups, rounds=ROUNDS):
    """Each so often, there and back again."""
    return [each for number in range(rounds) for each in (set_ups if number % 2 == 0 else set_ups[::-1])]


def measure(built):
    bench = runs.Bench(ROOT, built)
    out = built / "bench" / "cluster.json"
    out.parent.mkdir(exist_ok=True)
    print(f"{machine.busy_share():.0%} of this machine is busy with other things", flush=True)
    results = {"machine": described(), "runs": []}
    steps = [*order(SIDE_BY_SIDE), *REDIS]
    with Engines(ROOT / "var" / "bench" / "cluster") as engines:
        for number, step in enumerate(steps, 1):
            print(f"[{number}/{len(steps)}] {step.name}:", end=" ", flush=True)
            command = [str(bench.binary), "bench", "cluster", "--json", *step.flags]
            found = trusted(bench, lambda: command + (engines.flags() if step.shared else []))
            told = ["<engines>"] if step.shared else []
            found["command"] = " ".join([*bench.told(command).split(" "), *told])
            print(runs.brief(found), flush=True)
            results["runs"].append({"set_up": step.name, **found})
            out.write_text(json.dumps(results, indent=1) + "\n")
    return results


def trusted(bench, command):
    """A report; once more, on a database of its own, when the load's own side didn't keep up."""
    found = bench.measured(command())
    if not found["report"]["load_ok"]:
        print("(the load held back, again)", end=" ", flush=True)
        found = bench.measured(command())
    return found


def described():
    """The machine and the versions of what runs."""
    found = machine.describe(ROOT, "bun")
    kept = ["date", "machine", "system", "Xunfang", "Rust", "SQLite"]
    told = {name: found[name] for name in kept}
    told["PostgreSQL"] = machine.first(r"(\d[\d.]*)", machine.said(parts.program("postgres", ""), "--version"))
    told["Redis"] = machine.first(r"v=(\S+)", machine.said(parts.program("redis-server", ""), "--version"))
    return told


def medians(found, set_up, name):
    values = (run["report"]["figures"].get(name) for run in found if run["set_up"] == set_up)
    values = [value for value in values if value is not None]
    return (statistics.median(values), min(values), max(values)) if values else None


def table(found, set_ups):
    """A line for each figure that one of them has: medians, with the range where there is one."""
    body = []
    for what, name, unit in FIGURES:
        cells = []
        for set_up in set_ups:
            values = medians(found, set_up.name, name)
            cells.append("" if values is None else cell(values, unit))
        if any(cells):
            body.append([what, *cells])
    return page.markdown_table(["", *(set_up.name for set_up in set_ups)], body)


def cell(values, unit):
    median, least, most = values
    range_ = f" ({rows.number(least)} to {rows.number(most)})" if least < most else ""
    return f"{rows.number(median)} {unit}".rstrip() + range_


def markdown(results):
    found = results["runs"]
    told = [
        table(found, SIDE_BY_SIDE),
        "### Redis under many positions",
        table(found, REDIS),
        "### Machine and versions of these runs",
        "\n".join(f"- {name}: {text}" for name, text in results["machine"].items()),
        "### Faults of these runs",
        "\n".join(f"- {run['set_up']}: {fault}" for run in found for fault in run["faults"])
        or "None: nothing was lost, doubled or out of order, and the load kept up in every run.",
        page.fenced("\n".join(dict.fromkeys(run["command"] for run in found))),
    ]
    return "\n\n".join(told)


def replaced(text, measured):
    """The page with another part of these runs."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f"docs/BENCHMARKS.md must hold each of these lines once:\n{BEGIN}\n{END}")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{measured}\n\n{END}{rest.split(END)[1]}"


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("measure", "page"):
        sys.exit(__doc__)
    # Told to end, it ends what it started first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    path = pathlib.Path(sys.argv[2]).resolve()
    results = measure(path) if sys.argv[1] == "measure" else json.loads(path.read_text())
    PAGE.write_text(replaced(PAGE.read_text(), markdown(results)))
    scale.PAGE.write_text(scale.reckoned(scale.measured(scale.PAGE.read_text(), results)))
    print(f"written: {PAGE.relative_to(ROOT)}, {scale.PAGE.relative_to(ROOT)}")
    faults = [f"{run['set_up']}: {fault}" for run in results["runs"] for fault in run["faults"]]
    for fault in faults:
        print(f"FAULT {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
