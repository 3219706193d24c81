"""Runs one step after the other and keeps what it says. Leaves no process behind."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import plan

# No run takes so long; one that does hangs.
AT_MOST_S = 300


class Bench:
    """The built programs, and the folder that they are run in."""

    def __init__(self, root, built):
        self.root = root
        self.built = built
        self.binary = built / "xunfang"
        self.began = time.monotonic()

    def try_out(self, peer):
        """A peer that doesn't run is told before anything is measured."""
        serve = plan.peers(self.root, self.built)[peer]
        step = plan.Step("fanout", peer, ("--clients", "10", "--rate", "20", "--seconds", "1"), serve)
        found = self.measured(self.xunfang(step, {"gather": "1"}))
        # A load that is late on a busy machine says nothing of the peer.
        if found["faults"] and found["report"]["load_ok"]:
            sys.exit(f"{peer} doesn't run, see `scripts/need.sh bench`: {found['faults']}")

    def run(self, step, known, place):
        """One step, and a line that tells of it; `known` stands for the {names} in it."""
        begun = time.monotonic()
        print(f"[{place}] {step.bench} {step.target}", end=" ", flush=True)
        if step.bench == "decode":
            found = self.decode()
        elif step.bench == "import":
            found = self.imported()
        else:
            found = self.trusted(self.xunfang(step, known))
        took = time.monotonic() - begun
        print(f"{took:.0f} s; {brief(found)}; {(begun + took - self.began) / 60:.1f} min so far", flush=True)
        keys = {"bench": step.bench, "target": step.target, "pair": step.pair}
        return {**keys, "took_s": round(took, 1), **found}

    def xunfang(self, step, known):
        """The command of a run."""
        command = [str(self.binary), "bench", step.bench, "--json", *step.flags]
        if step.serve is not None:
            command += ["--target", step.target, "--serve", step.serve]
        for name, value in known.items():
            command = [word.replace(f"{{{name}}}", value) for word in command]
        return command

    def trusted(self, command):
        """A report; once more when the load's own side didn't keep up."""
        found = self.measured(command)
        if not found["report"].get("load_ok", True):
            print("(the load held back, again)", end=" ", flush=True)
            found = self.measured(command)
        return found

    def measured(self, command):
        """A report on standard output."""
        code, out, said = self.start(command)
        found = {"command": self.told(command), "faults": []}
        try:
            found["report"] = json.loads(out)
        except ValueError:
            sys.exit(f"{found['command']} ended with {code} and said nothing to read:\n{out}{said}")
        found["faults"] = found["report"].get("faults", [])
        if code != 0 and not found["faults"]:
            found["faults"] = [f"ended with {code}"]
        return found

    def decode(self):
        """The browser's figure, which a test runner writes into a file."""
        command = ["npm", "--silent", "--prefix", "web-client", "run", "bench"]
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            code, out, said = self.start(command, XUNFANG_BENCH_OUT=file.name)
            if code != 0:
                sys.exit(f"{' '.join(command)} ended with {code}:\n{out}{said}")
            report = json.load(file)
        return {"command": " ".join(command), "report": report, "faults": []}

    def imported(self):
        """What the real import prints; it ends with another code when it misses its goal."""
        command = ["scripts/bench-import.sh"]
        code, out, said = self.start(command, XUNFANG_BIN=str(self.binary))
        print(f"\n{out}{said}", end="")
        faults = [] if code == 0 or "MISSED" in out else [f"ended with {code}"]
        return {"command": self.told(command), "text": out + said, "faults": faults}

    def told(self, command):
        """A command as one would type it in the checkout."""
        return " ".join(f"'{word}'" if " " in word else word for word in command).replace(f"{self.root}/", "")

    def start(self, command, **environment):
        """Runs a command to its end, and ends whatever it left; files, so that nobody is waited for."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as said:
            child = subprocess.Popen(
                command,
                cwd=self.root,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=said,
                start_new_session=True,
            )
            try:
                code = child.wait(timeout=AT_MOST_S)
            except subprocess.TimeoutExpired:
                sys.exit(f"{' '.join(command)} didn't end within {AT_MOST_S} s")
            finally:
                end_group(child)
            out.seek(0)
            said.seek(0)
            return code, out.read(), said.read()


def end_group(child):
    """Ends a process and all that it started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def brief(found):
    """The first figures of a run, for the line that tells of it."""
    if found["faults"]:
        return "FAULT " + "; ".join(found["faults"])
    goals = found.get("report", {}).get("goals", [])
    return ", ".join(f"{goal['what']} {goal['figure']:.3g}" for goal in goals[:2]) or "done"
