"""Commands are run to their end, and nothing that they started stays."""

import contextlib
import io
import pathlib
import tempfile
import time
import unittest

import runs

HERE = pathlib.Path(__file__).resolve().parent


def lives(process):
    """Whether it is there, and not one that its new parent has yet to collect."""
    try:
        stat = pathlib.Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] not in "ZX"


class Runs(unittest.TestCase):
    def setUp(self):
        self.bench = runs.Bench(HERE, HERE)

    def test_what_a_command_left_behind_is_ended(self):
        # The one left behind holds the streams open; it must not be waited for.
        script = "sleep 1000 & echo $!; echo trouble >&2; exit 3"
        began = time.monotonic()
        code, out, said = self.bench.start(["sh", "-c", script])
        self.assertLess(time.monotonic() - began, 100)
        self.assertEqual((code, said), (3, "trouble\n"))
        while time.monotonic() - began < 100 and lives(int(out)):
            pass
        self.assertFalse(lives(int(out)))

    def test_a_report_is_read_and_its_faults_are_kept(self):
        report = '{"goals": [], "figures": {}, "faults": ["1 lost"]}'
        found = self.bench.measured(["sh", "-c", f"echo '{report}'; exit 1"])
        self.assertEqual(found["faults"], ["1 lost"])
        found = self.bench.measured(["sh", "-c", """echo '{"goals": [], "figures": {}}'; exit 7"""])
        self.assertEqual(found["faults"], ["ended with 7"])

    def test_a_run_that_the_load_held_back_is_run_once_more(self):
        with tempfile.NamedTemporaryFile("w+") as file:
            report = '{"goals": [], "figures": {}, "load_ok": false, "faults": ["late"]}'
            script = f"echo run >>{file.name}; echo '{report}'; exit 1"
            with contextlib.redirect_stdout(io.StringIO()):
                found = self.bench.trusted(["sh", "-c", script])
            self.assertEqual(file.read(), "run\nrun\n")
        self.assertEqual(found["faults"], ["late"])

    def test_a_command_without_a_report_ends_it_all(self):
        with self.assertRaises(SystemExit) as ended:
            self.bench.measured(["sh", "-c", "echo no; echo why >&2; exit 1"])
        self.assertIn("why", str(ended.exception))

    def test_names_in_a_step_are_filled_in(self):
        step = runs.plan.Step("fanout", "rawcast", ("--body", "{bytes}"), "x/rawcast {port} {gather}")
        command = self.bench.xunfang(step, {"gather": "2.50", "bytes": "412"})
        self.assertEqual(command[1:], [
            *["bench", "fanout", "--json", "--body", "412"],
            *["--target", "rawcast", "--serve", "x/rawcast {port} 2.50"],
        ])


if __name__ == "__main__":
    unittest.main()
