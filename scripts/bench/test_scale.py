"""docs/SCALE.md: every derived value follows from the figures that the page names."""

import unittest

import cluster
import scale

PAGE = """\
| figure | value | unit | from |
| --- | --- | --- | --- |
| `districts_county` | 20 | | here |
| `districts_country` | 4,000 | | there |
| `cost` | 0.5 | s | `make bench-cluster`, two nodes, PostgreSQL and Redis: `ack_p50_ms`; for now a guess |

Text.

| derived | formula | unit | county | country |
| --- | --- | --- | --- | --- |
| `all` | `districts × cost` | s | ? | ? |
| `half` | `ceil(all / 3)` | s | | |
"""


class Scale(unittest.TestCase):
    def test_the_page_holds_what_its_formulas_give(self):
        text = scale.PAGE.read_text()
        self.assertEqual(scale.reckoned(text), text, "run: python3 scripts/bench/scale.py")

    def test_every_measured_figure_of_the_page_is_one_of_a_run(self):
        names = [set_up.name for set_up in [*cluster.SIDE_BY_SIDE, *cluster.REDIS]]
        known = {name for _, name, _ in cluster.FIGURES}
        sources = scale.MEASURED.findall(scale.PAGE.read_text())
        self.assertGreater(len(sources), 4)
        for set_up, name in sources:
            self.assertIn(set_up, names)
            self.assertIn(name, known)

    def test_formulas_are_reckoned_a_column_at_a_time(self):
        text = scale.reckoned(PAGE)
        self.assertIn("| `all` | `districts × cost` | s | 10 | 2,000 |", text)
        self.assertIn("| `half` | `ceil(all / 3)` | s | 4 | 667 |", text)

    def test_a_run_gives_its_figures(self):
        name = cluster.SIDE_BY_SIDE[2].name
        runs = [{"set_up": name, "report": {"figures": {"ack_p50_ms": 0.25}}}]
        text = scale.reckoned(scale.measured(PAGE, {"runs": runs}))
        self.assertIn("| `cost` | 0.25 | s |", text)
        self.assertNotIn("guess", text)
        self.assertIn("| s | 5 | 1,000 |", text)

    def test_what_is_no_formula_is_refused(self):
        for formula in ["nothing + 1", "__import__('os')", "cost ** 2", "'a'"]:
            with self.assertRaises(SystemExit):
                scale.reckon(formula, {"cost": 1})


if __name__ == "__main__":
    unittest.main()
