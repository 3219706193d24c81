"""One node beside two: the order of runs, the table, the page's own part."""

import unittest

import cluster
import page


def run(set_up, faults=(), **figures):
    return {"set_up": set_up, "report": {"figures": figures}, "faults": list(faults), "command": "x"}


class Cluster(unittest.TestCase):
    def test_set_ups_take_turns(self):
        self.assertEqual(cluster.order(["a", "b", "c"], 3), list("abccbaabc"))

    def test_a_cell_is_the_median_and_its_range(self):
        one, two = cluster.SIDE_BY_SIDE[0], cluster.SIDE_BY_SIDE[2]
        found = [run(one.name, ack_p50_ms=value) for value in (3.0, 1.0, 2.0)]
        found.append(run(two.name, ack_p50_ms=4.0, other_p50_ms=5.0))
        text = cluster.table(found, [one, two])
        self.assertIn(f"|  | {one.name} | {two.name} |", text)
        self.assertIn("| report to ack, p50 | 2 ms (1 to 3) | 4 ms |", text)
        self.assertIn("| report to a desk of the other node, p50 |  | 5 ms |", text)
        self.assertNotIn("Redis's share", text)

    def test_the_part_holds_what_went_wrong_and_how_it_was_run(self):
        names = [set_up.name for set_up in [*cluster.SIDE_BY_SIDE, *cluster.REDIS]]
        results = {"machine": {"Redis": "7"}, "runs": [run(name, bus_cpu_share=0.5) for name in names]}
        text = cluster.markdown(results)
        self.assertIn("None: nothing was lost", text)
        self.assertIn("- Redis: 7", text)
        results["runs"][0]["faults"] = ["2 events were lost"]
        self.assertIn(f"- {names[0]}: 2 events were lost", cluster.markdown(results))

    def test_it_leaves_the_other_part_and_is_left_by_it(self):
        text = cluster.PAGE.read_text()
        ours = cluster.replaced(text, "ours")
        both = page.replaced(ours, "theirs")
        self.assertIn(f"{cluster.BEGIN}\n\nours\n\n{cluster.END}", both)
        self.assertIn(f"{page.BEGIN}\n\ntheirs\n\n{page.END}", both)
        self.assertEqual(cluster.replaced(page.replaced(text, "theirs"), "ours"), both)
        for broken in ["", cluster.BEGIN * 2 + cluster.END]:
            with self.assertRaises(SystemExit):
                cluster.replaced(broken, "x")


if __name__ == "__main__":
    unittest.main()
