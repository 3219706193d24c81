"""From runs to the rows of the table: medians, ranges, ratios. Values in, values out.

A run's report names its goals; a goal of ours that a peer's report has too stands beside it. What
compares targets is computed here.
"""

import dataclasses
import re
import statistics

TARGETS = ["xunfang", "rawcast", "naive", "bun", "nchan"]
SENDERS = {"bun": "Bun", "nchan": "nchan"}
# Ours may use so much more CPU a delivery than the floor.
FLOOR_RATIO = 1.3
# And bring so many times the updates for the same CPU time.
UPDATES_RATIO = 50


@dataclasses.dataclass
class Row:
    """One line: a text for each target that has one, and whether the goal is reached."""

    bench: str
    what: str
    goal: str
    cells: dict
    # None where nothing is to be reached.
    met: bool = None


def table(runs):
    """All rows, in the order of the runs."""
    found = []
    for bench in dict.fromkeys(run["bench"] for run in runs if "report" in run):
        found += goal_rows(runs, bench)
        if bench == "fanout":
            found += fanout_rows(runs)
        if bench == "positions":
            found += positions_rows(runs)
    return found


def reports(runs, bench, target):
    return [run["report"] for run in runs if (run["bench"], run["target"]) == (bench, target) and "report" in run]


def figures(runs, bench, target, name):
    """A figure in all runs that have it."""
    found = (report["figures"].get(name) for report in reports(runs, bench, target))
    return [value for value in found if value is not None]


def like_ours(runs):
    """What the floor takes over from ours: how many messages are written at once, and how long each is."""
    writes = figures(runs, "fanout", "xunfang", "writes_per_delivery")[:1]
    length = figures(runs, "fanout", "xunfang", "message_bytes")[:1]
    gather = max(1.0, 1 / writes[0]) if writes and writes[0] > 0 else 1.0
    return {"gather": f"{gather:.2f}", "bytes": f"{length[0] if length else 128:.0f}"}


def goal_rows(runs, bench):
    """The goals that our report names."""
    ours = reports(runs, bench, "xunfang")
    for goal in ours[0]["goals"] if ours else []:
        values = {target: goal_figures(runs, bench, target, goal["what"]) for target in TARGETS}
        unit = goal["goal"].split(" ", 2)[2:]
        cells = {target: spread(found, *unit) for target, found in values.items() if found}
        median = statistics.median(values["xunfang"])
        yield Row(bench, goal["what"], goal["goal"].strip(), cells, reaches(goal["goal"], median))


def goal_figures(runs, bench, target, what):
    goals = (goal for report in reports(runs, bench, target) for goal in report["goals"])
    return [goal["figure"] for goal in goals if goal["what"] == what]


def reaches(goal, value):
    """Whether a value is what `≤ 20 ms` asks for."""
    sign, bound = re.match(r"([≤≥<>]) ([\d.]+)", goal).groups()
    most = float(bound)
    return {"≤": value <= most, "≥": value >= most, "<": value < most, ">": value > most}[sign]


def fanout_rows(runs):
    """CPU beside the floor, and both figures beside Bun and nchan."""
    cpu = {target: figures(runs, "fanout", target, "cpu_us_per_delivery") for target in TARGETS}
    p99 = {target: figures(runs, "fanout", target, "p99_ms") for target in TARGETS}
    cells = {target: spread(found, "µs") for target, found in cpu.items() if found}
    if cells:
        yield Row("fanout", "CPU a delivery", "reported", cells)
    ratios = paired_ratios(runs, "cpu_us_per_delivery")
    if ratios:
        met = statistics.median(ratios) <= FLOOR_RATIO
        cells = {"xunfang": spread(ratios, "×"), "rawcast": "1"}
        yield Row("fanout", "CPU a delivery, by rawcast's, paired", f"≤ {FLOOR_RATIO} ×", cells, met)
    yield from no_worse("CPU a delivery", cpu, "µs")
    yield from no_worse("publish to receipt, p99", p99, "ms")
    writes = figures(runs, "fanout", "xunfang", "writes_per_delivery")
    if writes:
        each = number(statistics.median(writes))
        cells = {"xunfang": each, "rawcast": f"{each}, set"}
        yield Row("fanout", "writes a delivery", "reported", cells)


def no_worse(what, values, unit):
    """A row for each of those that we are to be no worse than."""
    for peer, name in SENDERS.items():
        if values["xunfang"] and values[peer]:
            medians = {target: statistics.median(values[target]) for target in ("xunfang", peer)}
            cells = {target: f"{number(median)} {unit}" for target, median in medians.items()}
            met = medians["xunfang"] <= medians[peer]
            yield Row("fanout", f"{what}, beside {name}", f"≤ {name}", cells, met)


def positions_rows(runs):
    """Updates for a second of CPU time, beside those that send each alone."""
    updates = {target: figures(runs, "positions", target, "updates_per_cpu_s") for target in TARGETS}
    for peer, name in SENDERS.items():
        if updates["xunfang"] and updates[peer]:
            ours, theirs = statistics.median(updates["xunfang"]), statistics.median(updates[peer])
            cells = {"xunfang": f"{number(ours)} = {number(ours / theirs)} ×", peer: number(theirs)}
            goal = f"≥ {UPDATES_RATIO} × {name}"
            met = ours / theirs >= UPDATES_RATIO
            yield Row("positions", f"updates a second of CPU, beside {name}", goal, cells, met)


def paired_ratios(runs, name):
    """Ours over the floor's, pair by pair."""
    pairs = {}
    for run in runs:
        if run.get("pair") is not None:
            pairs.setdefault(run["pair"], {})[run["target"]] = run["report"]["figures"][name]
    return [both["xunfang"] / both["rawcast"] for both in pairs.values() if len(both) == 2]


def spread(values, unit=""):
    """The median, and from what to what the runs were when there are several."""
    median = f"{number(statistics.median(values))} {unit}".strip()
    if len(values) == 1:
        return median
    return f"{median} ({number(min(values))} to {number(max(values))})"


def number(value):
    """Three digits that count, and no power of ten: 1,240 · 12.4 · 0.0124."""
    rounded = float(f"{value:.3g}")
    if abs(rounded) >= 100:
        return f"{rounded:,.0f}"
    return f"{rounded:.6f}".rstrip("0").rstrip(".")
