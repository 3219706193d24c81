"""Starts processes, starts again what ends unasked, and ends all in the end, each by its own id.

Must not know what they are. Invariant: nothing outlives the block, nor this process.
"""

import dataclasses
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import typing

# A part that is away this long before it comes back is seen to be away.
BACK_AFTER_S = 5
# One that ends so soon after its start, so many times in a row, won't come up.
SOON_S, TRIES = 10, 3
LOOK_EVERY_S = 0.1
# Linux ends a part when this process is gone, however it went.
TIED = [shutil.which("setpriv"), "--pdeathsig"] if shutil.which("setpriv") else None


def say(text, stream=None):
    """Tells whoever started this; that nobody reads any more is no reason to end."""
    try:
        print(text, file=stream or sys.stdout, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


@dataclasses.dataclass
class Part:
    """One process: how it is started, known to be up, and ended."""

    name: str
    command: list
    log: pathlib.Path
    pid_file: pathlib.Path
    # Whether it does its work, asked until it does.
    is_up: typing.Callable = lambda: True
    # What `setpriv` is told beside: another user.
    as_user: tuple = ()
    environment: dict = None
    cwd: pathlib.Path = None
    end_with: int = signal.SIGTERM
    up_within_s: int = 60
    gone_within_s: int = 30
    process: subprocess.Popen = None
    began: float = 0.0
    ended: float = None
    soon: int = 0

    def start(self):
        tied = [*TIED, signal.Signals(self.end_with).name[3:], *self.as_user] if TIED else []
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*tied, *map(str, self.command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.cwd,
                # The terminal's Ctrl-C is ours to pass on, in our order.
                start_new_session=True,
            )
        self.pid_file.write_text(f"{self.process.pid}\n")
        self.began, self.ended = time.monotonic(), None

    @property
    def pid(self):
        return self.process.pid

    def said(self, lines=12):
        """The end of its log."""
        found = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join(f"    {line}" for line in found)

    def how(self):
        """How it ended, in words."""
        code = self.process.returncode
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"


class Watch:
    """What runs, in the order in which it was started."""

    def __init__(self):
        self.parts = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Ends the last that was started first; those that came together go together."""
        # Nobody who is impatient leaves a process behind.
        for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(told, signal.SIG_IGN)
        for together in reversed(self.parts):
            alive = [part for part in together if part.process and part.process.poll() is None]
            for part in alive:
                part.process.send_signal(part.end_with)
            for part in alive:
                try:
                    part.process.wait(part.gone_within_s)
                except subprocess.TimeoutExpired:
                    say(f"{part.name} doesn't end, and is killed", sys.stderr)
                    part.process.kill()
                    part.process.wait()
            for part in together:
                part.pid_file.unlink(missing_ok=True)

    def start(self, *together):
        """Starts these, and waits until all of them are up."""
        self.parts.append(together)
        for part in together:
            part.start()
        for part in together:
            until = part.began + part.up_within_s
            while not part.is_up():
                if part.process.poll() is not None:
                    sys.exit(f"{part.name} {part.how()}:\n{part.said()}")
                if time.monotonic() > until:
                    sys.exit(f"{part.name} isn't up after {part.up_within_s} s:\n{part.said()}")
                time.sleep(LOOK_EVERY_S)

    def keep(self):
        """Brings back what ends, until this process is told to end."""
        while True:
            for together in self.parts:
                for part in together:
                    self.look(part)
            time.sleep(LOOK_EVERY_S)

    def look(self, part):
        now = time.monotonic()
        if part.process.poll() is None:
            return
        if part.ended is None:
            part.ended = now
            part.soon = part.soon + 1 if now - part.began < SOON_S else 0
            if part.soon >= TRIES:
                sys.exit(f"{part.name} {part.how()}, {TRIES} times in a row:\n{part.said()}")
            say(f"{part.name} {part.how()}; it is started again in {BACK_AFTER_S} s")
        elif now - part.ended >= BACK_AFTER_S:
            part.start()
            say(f"{part.name} is started again, process {part.pid}")
