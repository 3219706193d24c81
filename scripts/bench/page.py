"""The table for a terminal, and the measured part of docs/BENCHMARKS.md.

The page is kept by hand but for what stands between two marks. Values in, text out.
"""

import re
import unicodedata

import rows

BEGIN = "<!-- measured: `make bench` writes from here -->"
END = "<!-- measured: to here -->"
NAMES = {"xunfang": "Xunfang", "rawcast": "rawcast", "naive": "naive", "bun": "Bun", "nchan": "nchan"}
EXPLAINED = "## Missed, and why"
MISSED = "**missed**"
MET = {True: "reached", False: MISSED, None: ""}


def replaced(text, measured):
    """The page with another measured part; everything else as it was."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f"docs/BENCHMARKS.md must hold each of these lines once:\n{BEGIN}\n{END}")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{measured}\n\n{END}{rest.split(END)[1]}"


def columns(table):
    return [target for target in rows.TARGETS if any(target in row.cells for row in table)]


def lines(table, met):
    """Header and rows as lists of texts."""
    targets = columns(table)
    yield ["", "goal", *(NAMES[target] for target in targets), ""]
    for row in table:
        cells = (row.cells.get(target, "") for target in targets)
        yield [f"{row.bench}: {row.what}", row.goal, *cells, met[row.met]]


def markdown(results, table):
    """What stands between the marks."""
    header, *body = lines(table, MET)
    parts = ["### Goals", markdown_table(header, body), "### Machine and versions"]
    parts.append("\n".join(f"- {name}: {text}" for name, text in results["machine"].items()))
    parts += ["### Latencies of the fan-out", latencies(results["runs"])]
    parts += ["### All figures of ours", figures(results["runs"])]
    for run in results["runs"]:
        if "text" in run:
            parts += ["### The import of ten years", fenced(run["text"])]
    parts += ["### Faults", faults(results["runs"]), "### Commands", commands(results["runs"])]
    return "\n\n".join(part for part in parts if part)


def markdown_table(header, body):
    rule = ["---"] * len(header)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [header, rule, *body])


def latencies(runs):
    """Medians of each quantile, for each target."""
    names = ["p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms"]
    body = []
    for target in rows.TARGETS:
        found = [rows.figures(runs, "fanout", target, name) for name in names]
        if all(found):
            cells = (rows.number(rows.statistics.median(values)) for values in found)
            body.append([NAMES[target], *cells])
    return markdown_table(["ms", "p50", "p90", "p99", "p99.9", "max"], body) if body else ""


def figures(runs):
    """Medians of all that our reports hold, a line for each benchmark."""
    told = []
    for bench in dict.fromkeys(run["bench"] for run in runs if run["target"] == "xunfang" and "report" in run):
        names = rows.reports(runs, bench, "xunfang")[0]["figures"]
        values = {name: rows.figures(runs, bench, "xunfang", name) for name in names}
        found = (f"{name} {rows.number(rows.statistics.median(values[name]))}" for name in names)
        told.append(f"- {bench}: {', '.join(found)}")
    return "\n".join(told)


def faults(runs):
    found = [f"- {run['bench']} {run['target']}: {fault}" for run in runs for fault in run["faults"]]
    return "\n".join(found) or "None: nothing was lost, doubled or out of order, and the load kept up in every run."


def commands(runs):
    """Each once, in order, with how often and how long."""
    spans = {}
    for run in runs:
        spans.setdefault(run["command"], []).append(run["took_s"])
    told = (f"{len(took)} × {sum(took) / len(took):3.0f} s  {command}" for command, took in spans.items())
    return fenced("\n".join(told))


def fenced(text):
    return f"```text\n{text.strip()}\n```"


def terminal(results, table):
    """The same rows for a terminal, in columns."""
    grid = list(lines(table, {**MET, False: "MISSED"}))
    widths = [max(wide(cells[at]) for cells in grid) for at in range(len(grid[0]))]
    pad = lambda text, width: text + " " * (width - wide(text))
    told = ["  ".join(pad(text, width) for text, width in zip(cells, widths)).rstrip() for cells in grid]
    versions = [f"{name}: {text}" for name, text in results["machine"].items()]
    return "\n".join(["", *told, "", *versions])


def wide(text):
    """Columns that a text takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def unexplained(text):
    """Missed rows whose name the page's own section doesn't hold."""
    missed = re.findall(rf"^\| ([^|]+?) \|.*\| {re.escape(MISSED)} \|$", text, re.MULTILINE)
    section = text.partition(EXPLAINED)[2].partition("\n## ")[0]
    return [what for what in missed if what not in section]
