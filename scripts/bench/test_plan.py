"""The order of the runs, and the peers' command lines."""

import pathlib
import unittest

import plan

PEERS = {"rawcast": "r {port} {gather}", "naive": "n {port}", "bun": "b {port}", "nchan": "c {port}"}


class Plan(unittest.TestCase):
    def test_pairs_run_in_the_order_abba_and_ours_is_the_first(self):
        pairs = [step for step in plan.steps(PEERS) if step.pair is not None]
        order = "".join("A" if step.target == "xunfang" else "B" for step in pairs)
        self.assertEqual(order, "ABBAABBAABBAAB")
        self.assertEqual([step.pair for step in pairs], [n // 2 for n in range(14)])

    def test_every_target_gets_the_same_rate_and_time(self):
        fanout = [step for step in plan.steps(PEERS) if step.bench == "fanout"]
        flags = {tuple(step.flags[:-2]) for step in fanout}
        self.assertEqual(flags, {plan.FANOUT})
        self.assertEqual({step.target for step in fanout}, {"xunfang", *PEERS})

    def test_a_missing_bun_is_told(self):
        with self.assertRaises(SystemExit) as ended:
            plan.peers(pathlib.Path("/nowhere"), pathlib.Path("/nowhere/target/release"))
        self.assertIn("npm", str(ended.exception))


if __name__ == "__main__":
    unittest.main()
