"""Times what others need for the work that benches/trends.rs times, and prints it as JSON.

A peer that isn't installed is null. Nothing is fetched.
"""

import json
import os
import shutil
import subprocess
import sys
import time


def best_ms(work, runs=5):
    """Milliseconds of the best of some runs."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        work()
        best = min(best, (time.perf_counter() - start) * 1000)
    return best


def pandas_cube(rows):
    """Group-by over the columns that the cube is built from."""
    try:
        import numpy
        import pandas
    except ImportError:
        return None
    random = numpy.random.default_rng(1)
    frame = pandas.DataFrame(
        {
            "minute": random.integers(0, 3650 * 1440, rows),
            "kind": random.integers(0, 33, rows),
            "grid": random.integers(0, 99, rows),
        }
    )

    def cube():
        day = frame["minute"] // 1440
        hour = (frame["minute"] % 1440) // 120
        keys = [day, hour.rename("bin"), frame["kind"], frame["grid"]]
        return frame.groupby(keys, sort=False).size()

    return best_ms(cube, 3)


def esda_gi(side):
    """Gi* over a square of cells."""
    try:
        import numpy
        from esda.getisord import G_Local
        from libpysal.weights import lat2W
    except ImportError:
        return None
    weights = lat2W(side, side, rook=False)
    values = numpy.random.default_rng(1).poisson(3, side * side).astype(float)
    return best_ms(lambda: G_Local(values, weights, star=True, permutations=0))


def surveillance(series):
    """Farrington a point, and EARS a series of 521 weeks, by R's package."""
    rscript = shutil.which("Rscript")
    if rscript is None or series is None:
        return None
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "statistics.R")
    done = subprocess.run([rscript, script, series], capture_output=True, text=True)
    if done.returncode != 0:
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    rows, side = int(sys.argv[1]), int(sys.argv[2])
    series = sys.argv[3] if len(sys.argv) > 3 else None
    by_r = surveillance(series) or {}
    found = {
        "cube_ms": pandas_cube(rows),
        "gi_ms": esda_gi(side),
        "farrington_ms": by_r.get("farrington_ms"),
        "ears_ms": by_r.get("ears_ms"),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
