"""What the rows say of runs, and of runs that lack something."""

import unittest

import rows


def run(bench="fanout", target="xunfang", pair=None, goals=(), **figures):
    goals = [{"what": what, "goal": goal, "figure": figure, "met": True} for what, goal, figure in goals]
    report = {"goals": goals, "figures": figures}
    return {"bench": bench, "target": target, "pair": pair, "report": report, "faults": []}


def found(runs, what):
    (row,) = [row for row in rows.table(runs) if row.what == what]
    return row


class Rows(unittest.TestCase):
    def test_numbers_have_three_digits_and_no_power(self):
        for value, text in [
            (0, "0"),
            (0.00123456, "0.00123"),
            (0.5, "0.5"),
            (3.14159, "3.14"),
            (12.345, "12.3"),
            (99.96, "100"),
            (1234.5, "1,230"),
            (412_345_678, "412,000,000"),
        ]:
            self.assertEqual(rows.number(value), text)

    def test_a_goal_is_judged_by_the_median_and_peers_stand_beside_it(self):
        runs = [run(goals=[("p99", "≤ 20 ms", value)]) for value in (30, 10, 19)]
        runs.append(run(target="bun", goals=[("p99", "≤ 20 ms", 40)]))
        row = found(runs, "p99")
        self.assertEqual(row.cells, {"xunfang": "19 ms (10 to 30)", "bun": "40 ms"})
        self.assertTrue(row.met)
        self.assertFalse(found(runs + [run(goals=[("p99", "≤ 20 ms", 31)])] * 2, "p99").met)

    def test_goals_ask_in_both_directions(self):
        for goal, value, met in [
            ("≤ 0.35 core", 0.35, True),
            ("≤ 0.35 core", 0.36, False),
            ("≥ 5", 5, True),
            ("≥ 5", 4.9, False),
            ("< 2 ms", 2, False),
            ("> 2 ms", 2.1, True),
        ]:
            self.assertEqual(rows.reaches(goal, value), met, goal)

    def test_ratios_are_taken_pair_by_pair(self):
        # A machine that slows down: medians apart would say nothing of the ratio.
        runs = []
        for pair, slow in enumerate([1, 2, 4]):
            runs.append(run(pair=pair, cpu_us_per_delivery=1.2 * slow))
            runs.append(run(target="rawcast", pair=pair, cpu_us_per_delivery=1.0 * slow))
        row = found(runs, "CPU a delivery, by rawcast's, paired")
        self.assertEqual(row.cells["xunfang"], "1.2 × (1.2 to 1.2)")
        self.assertEqual(found(runs, "CPU a delivery").cells["xunfang"], "2.4 µs (1.2 to 4.8)")
        self.assertTrue(row.met)
        runs[0]["report"]["figures"]["cpu_us_per_delivery"] = 5
        runs[2]["report"]["figures"]["cpu_us_per_delivery"] = 5
        self.assertFalse(found(runs, "CPU a delivery, by rawcast's, paired").met)

    def test_a_pair_that_lacks_a_half_counts_for_nothing(self):
        runs = [run(pair=0, cpu_us_per_delivery=2.0)]
        self.assertEqual(rows.paired_ratios(runs, "cpu_us_per_delivery"), [])
        self.assertEqual([row.what for row in rows.table(runs)], ["CPU a delivery"])

    def test_the_floor_writes_as_seldom_as_ours_and_as_much(self):
        self.assertEqual(rows.like_ours([]), {"gather": "1.00", "bytes": "128"})
        first = run(writes_per_delivery=0.25, message_bytes=412)
        second = run(writes_per_delivery=0.5, message_bytes=999)
        self.assertEqual(rows.like_ours([first, second]), {"gather": "4.00", "bytes": "412"})
        self.assertEqual(rows.like_ours([run(writes_per_delivery=1.5)])["gather"], "1.00")

    def test_no_worse_is_said_of_each(self):
        runs = [run(cpu_us_per_delivery=3.0, p99_ms=5.0)]
        runs.append(run(target="bun", cpu_us_per_delivery=2.0, p99_ms=6.0))
        runs.append(run(target="nchan", cpu_us_per_delivery=9.0, p99_ms=6.0))
        self.assertFalse(found(runs, "CPU a delivery, beside Bun").met)
        self.assertTrue(found(runs, "CPU a delivery, beside nchan").met)
        self.assertTrue(found(runs, "publish to receipt, p99, beside Bun").met)

    def test_updates_are_compared_by_the_second_of_cpu(self):
        runs = [run(bench="positions", updates_per_cpu_s=10_000_000)]
        runs.append(run(bench="positions", target="bun", updates_per_cpu_s=400_000))
        row = found(runs, "updates a second of CPU, beside Bun")
        self.assertEqual(row.cells, {"xunfang": "10,000,000 = 25 ×", "bun": "400,000"})
        self.assertFalse(row.met)


if __name__ == "__main__":
    unittest.main()
