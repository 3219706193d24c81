"""What is said of the machine, on whatever machine this is."""

import pathlib
import unittest

import machine

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Machine(unittest.TestCase):
    def test_versions_are_read_where_they_stand(self):
        found = machine.describe(ROOT, "no/such/bun")
        self.assertRegex(found["date"], r"^\d{4}-\d\d-\d\d$")
        self.assertRegex(found["machine"], r"^\d+ cores? of .*, \d+ GiB")
        self.assertRegex(found["naive"], r"^axum \d+\.\d+.*, tokio \d")
        self.assertRegex(found["Xunfang"], r"^\d+\.\d+\.\d+, commit [0-9a-f]{10}")
        self.assertEqual(found["Bun"], "?")
        self.assertTrue(all(found.values()))

    def test_a_program_that_is_not_there_says_nothing(self):
        self.assertEqual(machine.said("no-such-program"), "")
        self.assertEqual(machine.first(r"(\d+)", ""), "?")

    def test_the_share_of_others_is_one(self):
        self.assertTrue(0 <= machine.busy_share(0.05) <= 1)


if __name__ == "__main__":
    unittest.main()
