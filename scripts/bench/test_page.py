"""The page: what is kept by hand stays, what is measured is replaced, what is missed is explained."""

import pathlib
import unittest

import page
import rows

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "BENCHMARKS.md"


def results():
    report = {"figures": {f"{name}_ms": 1.0 for name in ("p50", "p90", "p99", "p999", "max")}, "goals": []}
    fanout = {"bench": "fanout", "target": "xunfang", "faults": [], "command": "a b", "took_s": 2.0}
    printed = {**fanout, "bench": "import", "text": "108,701 rows\n", "command": "c"}
    runs = [{**fanout, "report": report}, {**fanout, "report": report, "took_s": 4.0}, printed]
    return {"machine": {"date": "2026-01-02", "Bun": "1.2"}, "runs": runs}


def table():
    good = rows.Row("fanout", "p99", "≤ 20 ms", {"xunfang": "7 ms", "bun": "9 ms"}, True)
    bad = rows.Row("idle", "CPU", "≤ 1 µs", {"xunfang": "2 µs"}, False)
    plain = rows.Row("fanout", "writes", "reported", {"xunfang": "1"})
    return [good, bad, plain]


class Page(unittest.TestCase):
    def test_what_is_kept_by_hand_stays(self):
        before = f"# Title\n\n{page.BEGIN}\nold\n{page.END}\n\n## By hand\n\ntext\n"
        once = page.replaced(before, "new")
        self.assertEqual(once, f"# Title\n\n{page.BEGIN}\n\nnew\n\n{page.END}\n\n## By hand\n\ntext\n")
        self.assertEqual(page.replaced(once, "new"), once)

    def test_a_page_without_its_marks_is_refused(self):
        for text in ["", page.BEGIN, page.BEGIN * 2 + page.END]:
            with self.assertRaises(SystemExit):
                page.replaced(text, "new")

    def test_columns_are_those_that_have_figures(self):
        text = page.markdown(results(), table())
        self.assertIn("|  | goal | Xunfang | Bun |  |\n| --- | --- | --- | --- | --- |", text)
        self.assertIn("| fanout: p99 | ≤ 20 ms | 7 ms | 9 ms | reached |", text)
        self.assertIn("| idle: CPU | ≤ 1 µs | 2 µs |  | **missed** |", text)
        self.assertIn("| fanout: writes | reported | 1 |  |  |", text)
        self.assertIn("- Bun: 1.2", text)
        self.assertIn("```text\n108,701 rows\n```", text)
        self.assertIn("2 ×   3 s  a b", text)
        self.assertIn("| Xunfang | 1 | 1 | 1 | 1 | 1 |", text)
        self.assertIn("- fanout: p50_ms 1, p90_ms 1,", text)

    def test_the_same_results_give_the_same_page(self):
        self.assertEqual(page.markdown(results(), table()), page.markdown(results(), table()))

    def test_faults_are_told(self):
        bad = results()
        self.assertIn("None: nothing was lost", page.markdown(bad, table()))
        bad["runs"][0]["faults"] = ["3 deliveries were lost"]
        self.assertIn("- fanout xunfang: 3 deliveries were lost", page.markdown(bad, table()))

    def test_the_terminal_has_the_same_rows_in_columns(self):
        told = page.terminal(results(), table())
        lines = told.splitlines()
        self.assertEqual({line.find("≤") for line in lines if "≤" in line}, {16})
        self.assertIn("MISSED", told)
        self.assertIn("Bun: 1.2", told)

    def test_what_is_missed_and_not_explained_is_found(self):
        text = page.markdown(results(), table())
        self.assertEqual(page.unexplained(text), ["idle: CPU"])
        self.assertEqual(page.unexplained(f"{text}\n\n{page.EXPLAINED}\n\n**idle: CPU**: because"), [])
        self.assertEqual(page.unexplained(f"{text}\n\n{page.EXPLAINED}\n\n## idle: CPU"), ["idle: CPU"])

    def test_the_committed_page_explains_what_it_misses(self):
        text = PAGE.read_text()
        self.assertEqual(page.replaced(text, "").count(page.BEGIN), 1)
        self.assertEqual(page.unexplained(text), [])


if __name__ == "__main__":
    unittest.main()
