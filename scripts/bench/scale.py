"""python3 scripts/bench/scale.py: reckons the figures of docs/SCALE.md from those that it names.

The page holds two kinds of tables. One that begins `| figure | value |` gives figures by name, each
with its source; one that begins `| derived | formula |` gives formulas, whose values for each of
the columns behind are written here. Formulas are arithmetic on names: a column's own figures, those
of the first tables, and what was derived above. Only the standard library.
"""

import ast
import json
import math
import operator
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "SCALE.md"
# Where a figure of a run stands: its source names the set-up and the report's own name.
MEASURED = re.compile(r"`make bench-cluster`, (.+?): `(\w+)`")
# What stands in its place until there is one.
FOR_NOW = "; for now "
GIVEN, DERIVED = "| figure | value |", "| derived | formula |"
FUNCTIONS = {"ceil": math.ceil, "floor": math.floor, "min": min, "max": max}
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def bare(name):
    return name.strip("`")


def value(text):
    return float(text.replace(",", ""))


def number(found):
    """Three digits that count, and no power of ten."""
    rounded = float(f"{found:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:.6f}".rstrip("0").rstrip(".")


def reckon(formula, known):
    """The value of an arithmetic formula; a name that isn't known is told."""

    def at(node):
        if isinstance(node, ast.Expression):
            return at(node.body)
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return node.value
        if isinstance(node, ast.Name):
            if node.id not in known:
                raise SystemExit(f"{formula}: no figure is called {node.id}")
            return known[node.id]
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            return OPERATORS[type(node.op)](at(node.left), at(node.right))
        if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
            return OPERATORS[type(node.op)](at(node.operand))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            return FUNCTIONS[node.func.id](*map(at, node.args))
        raise SystemExit(f"{formula}: arithmetic on names only")

    return at(ast.parse(formula.replace("×", "*"), mode="eval"))


def reckoned(text):
    """The page with every derived value written anew."""
    known, columns, kind, lines = {}, {}, None, []
    for line in text.splitlines():
        if not line.startswith("|"):
            kind = None
        elif line.startswith((GIVEN, DERIVED)):
            kind, names = line[: len(GIVEN)] == GIVEN, cells(line)[3:]
            columns = columns if kind else {name: columns.get(name, {}) for name in names}
        elif line.startswith("| ---"):
            pass
        elif kind is True:
            name, given = cells(line)[:2]
            known[bare(name)] = value(given)
        elif kind is False:
            line = derived(cells(line), known, columns)
        lines.append(line)
    return "\n".join(lines) + "\n"


def derived(row, known, columns):
    """A row with its values; they are known by its name from here on, each in its column."""
    name, formula, unit = row[:3]
    told = []
    for column, own in columns.items():
        scope = {**known, **own}
        # A column's own number of districts is a figure named after it.
        scope["districts"] = known[f"districts_{column}"]
        own[bare(name)] = reckon(bare(formula), scope)
        told.append(number(own[bare(name)]))
    return "| " + " | ".join([name, formula, unit, *told]) + " |"


def measured(text, results):
    """The page with the figures of these runs."""
    import cluster

    lines = []
    for line in text.splitlines():
        source = MEASURED.search(line)
        if source and line.startswith("|"):
            set_up, name = source.groups()
            found = cluster.medians(results["runs"], set_up, name)
            if found is None:
                raise SystemExit(f"docs/SCALE.md: no run of {set_up!r} has {name}")
            row = cells(line)
            row[1], row[3] = number(found[0]), row[3].partition(FOR_NOW)[0]
            line = "| " + " | ".join(row) + " |"
        lines.append(line)
    return "\n".join(lines) + "\n"


def main():
    text = PAGE.read_text()
    if len(sys.argv) == 2:
        text = measured(text, json.loads(pathlib.Path(sys.argv[1]).read_text()))
    PAGE.write_text(reckoned(text))


if __name__ == "__main__":
    main()
