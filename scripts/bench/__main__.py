"""python3 scripts/bench: measures Xunfang beside its peers, prints one table, writes the page.

    python3 scripts/bench measure BUILT     every run; results in BUILT/bench/results.json
    python3 scripts/bench page RESULTS      the page once more, from results that stand

BUILT is cargo's folder of release binaries. Called by `make bench`, which has built everything and
installed the peers. Only the standard library. Ends with 1 when a run can't be trusted or lost
something; a missed goal is no such end.
"""

import json
import pathlib
import signal
import sys

import machine
import page
import plan
import rows
import runs

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "BENCHMARKS.md"


def measure(built):
    """Runs everything, keeping what is measured after each run."""
    bench = runs.Bench(ROOT, built)
    out = built / "bench" / "results.json"
    out.parent.mkdir(exist_ok=True)
    peers = plan.peers(ROOT, built)
    print(f"{machine.busy_share():.0%} of this machine is busy with other things", flush=True)
    for peer in peers:
        bench.try_out(peer)
    results = {"machine": machine.describe(ROOT, peers["bun"].split()[0]), "runs": []}
    steps = plan.steps(peers)
    for number, step in enumerate(steps, 1):
        known = rows.like_ours(results["runs"])
        results["runs"].append(bench.run(step, known, f"{number}/{len(steps)}"))
        out.write_text(json.dumps(results, indent=1) + "\n")
    return results


def publish(results):
    """Prints the table and writes the page; the faults of all runs."""
    table = rows.table(results["runs"])
    PAGE.write_text(page.replaced(PAGE.read_text(), page.markdown(results, table)))
    print(page.terminal(results, table))
    print(f"\nwritten: {PAGE.relative_to(ROOT)}")
    for what in page.unexplained(PAGE.read_text()):
        print(f"missed, and docs/BENCHMARKS.md doesn't say why: {what}")
    return [f"{run['bench']} {run['target']}: {fault}" for run in results["runs"] for fault in run["faults"]]


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("measure", "page"):
        sys.exit(__doc__)
    # Told to end, it ends what it started first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    path = pathlib.Path(sys.argv[2]).resolve()
    results = measure(path) if sys.argv[1] == "measure" else json.loads(path.read_text())
    faults = publish(results)
    for fault in faults:
        print(f"FAULT {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
