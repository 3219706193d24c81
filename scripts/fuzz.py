"""fuzz.py BINARY ST: asks a demo everything that its OpenAPI document allows, and more.

Starts BINARY with an invented district, and has ST (schemathesis) ask as nobody and as the
actors below. Fails on a 5xx, an answer that the document doesn't promise (status, type, shape,
header), bad input that is taken, a door that opens without its key, and on a panic or an error in
the server's log. The same requests in every run; FUZZ=N asks N times an operation and phase
(more than 8: longer). Only the standard library; must not know the server's code.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

# Who asks: an account of the demo with its password, or nobody.
ACTORS = [
    ("nobody", None),
    ("guard", "Guard-Demo-2026"),
    ("dispatch", "Dispatch-2026"),
    ("admin", "Admin-2026-Demo"),
]
# These end the session that asks, so everything after them would be refused; the tests in
# tests/it ask them.
ENDS_SESSION = ["delete_session", "delete_sessions"]
# An operation is asked this often beside the document's edge cases, unless FUZZ says more.
EXAMPLES = 8
# A parameter is taken from what is there this often, and invented otherwise.
REAL = 0.8
START_WITHIN_S = 120
CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "missing_required_header",
        "unsupported_method",
        "allow_header_conformance",
        "ignored_auth",
    ]
)


class Demo:
    """A demo on a free port, in a folder of its own; gone when its block ends."""

    def __init__(self, binary):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xunfang-fuzz-"))
        self.log = self.folder / "log"
        command = [binary, "serve", "--demo", "--quiet-demo", "--demo-weeks", "2"]
        command += ["--data", self.folder / "data", "--listen", "127.0.0.1:0", "--metrics", ""]
        environment = {**os.environ, "RUST_LOG": "info", "NO_COLOR": "1"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, env=environment
            )

    def __enter__(self):
        until = time.monotonic() + START_WITHIN_S
        while time.monotonic() < until and self.process.poll() is None:
            for line in self.said():
                if line.startswith("xunfang listens on "):
                    self.url = line.split()[-1]
                    return self
            time.sleep(0.1)
        self.__exit__()
        sys.exit("the demo did not start:\n" + "\n".join(self.said()))

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def said(self):
        return self.log.read_text(errors="replace").splitlines()

    def ask(self, path, cookie="", body=None):
        """The answer's headers and JSON."""
        request = urllib.request.Request(self.url + path)
        request.add_header("cookie", cookie)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.headers, json.load(answer)

    def sign_in(self, name, password):
        """The session's cookie, as `name=value`."""
        headers, _ = self.ask("/api/session", body={"username": name, "password": password})
        return headers["set-cookie"].split(";")[0]


def what_is_there(demo):
    """Ids by the parameters and the fields that take them, as a dispatcher finds them."""
    cookie = demo.sign_in(*ACTORS[2])
    district = demo.ask("/api/districts", cookie)[1][0]["id"]

    def ids(what, field="id"):
        found = demo.ask(f"/api/districts/{district}/{what}", cookie)[1]
        found = found["items"] if isinstance(found, dict) else found
        return [each[field] for each in found[:5]]

    incidents = ids("incidents?limit=5")
    return {
        "path.district": [district],
        "path.incident": incidents,
        "path.member": ids("members?limit=5"),
        "query.channel": [f"district:{district}", f"incident:{incidents[0]}"],
        "query.kind": ids("kinds", "code"),
        "body.request.incident": incidents,
        "body.request.checkpoint": ids("checkpoints"),
        "body.request.kind": ids("kinds", "code"),
        "body.request.channel": [f"district:{district}", f"incident:{incidents[0]}"],
    }


def settings(folder, there, cookie):
    """Schemathesis' own file: where parameters come from, and who asks."""
    text = ""
    for at, values in enumerate(there.values()):
        text += f"[dictionaries.d{at}]\nvalues = {json.dumps(values)}\n"
    text += "[parameters]\n"
    for at, name in enumerate(there):
        text += f'"{name}" = {{ dictionary = "d{at}", probability = {REAL} }}\n'
    if cookie:
        text += f'[auth.openapi.cookie]\napi_key = "{cookie.split("=", 1)[1]}"\n'
    path = folder / "schemathesis.toml"
    path.write_text(text)
    return path


def fuzz(demo, st, actor, there):
    """Asks everything as this actor; what came of it in a line, or the fault as it was told."""
    name, password = actor
    cookie = demo.sign_in(name, password) if password else ""
    report = demo.folder / f"{name}.json"
    command = [st, "--config-file", settings(demo.folder, there, cookie), "--no-color", "run"]
    command += [demo.url + "/api/openapi.json", "--phases", "examples,coverage,fuzzing"]
    command += ["--checks", CHECKS, "--generation-deterministic", "--continue-on-failure"]
    command += ["--max-examples", os.environ.get("FUZZ") or str(EXAMPLES), "--warnings", "off"]
    # One worker: with more, the same run isn't the same.
    command += ["--workers", "1", "--report", "json", "--report-json-path", report]
    for operation in ENDS_SESSION:
        command += ["--exclude-operation-id", operation]
    began = time.monotonic()
    ran = subprocess.run(command, cwd=demo.folder, capture_output=True, text=True)
    took = time.monotonic() - began
    if ran.returncode != 0:
        return None, ran.stdout + ran.stderr
    result = json.loads(report.read_text())
    phases = result["valid_rates"].values()
    taken = sum(phase["accepted"] for rates in phases for phase in rates.values())
    if cookie and not still_signed_in(demo, cookie):
        return None, "an operation ended the session: name it in ENDS_SESSION"
    cases, tested = result["test_cases"]["generated"], result["operations"]["tested"]
    return f"{name}: {cases} requests to {tested} operations, {taken} good ones taken, {took:.0f} s", None


def still_signed_in(demo, cookie):
    try:
        demo.ask("/api/session", cookie)
    except urllib.error.HTTPError:
        return False
    return True


def main(binary, st):
    faults = []
    with Demo(binary) as demo:
        there = what_is_there(demo)
        for actor in ACTORS:
            line, fault = fuzz(demo, st, actor, there)
            print(line or f"{actor[0]}: FAILED\n{fault}", flush=True)
            faults += [actor[0]] if fault else []
            if demo.process.poll() is not None:
                sys.exit("the server ended:\n" + "\n".join(demo.said()[-50:]))
    broken = [line for line in demo.said() if "panicked at" in line or " ERROR " in line]
    if faults or broken:
        print("\n".join(broken))
        sys.exit(f"failed as {', '.join(faults) or 'the log says'}; all of it is in {demo.folder}")
    shutil.rmtree(demo.folder)


if __name__ == "__main__":
    main(*map(os.path.abspath, sys.argv[1:]))
