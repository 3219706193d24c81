"""python3 scripts/cluster BINARY: two nodes on one PostgreSQL and one Redis behind a balancer.

The demo is on it. Everything listens on the loopback, its data lie in var/cluster, and it ends with
Ctrl-C. What ends by itself, or is killed, is started again. Called by `make cluster`.
"""

import argparse
import fcntl
import ipaddress
import pathlib
import resource
import signal
import sys

import parts
import watch

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NODES = ["one", "two"]


def arguments():
    asked = argparse.ArgumentParser(prog="scripts/cluster", description=__doc__.partition("\n")[2])
    asked.add_argument("binary", type=pathlib.Path, help="the program, built")
    asked.add_argument("--folder", type=pathlib.Path, default=ROOT / "var/cluster", help="where its data lie")
    asked.add_argument("--listen", default="127.0.0.1:8080", help="where browsers and phones connect")
    asked.add_argument("--inner", type=int, default=18000, help="the parts' ports count from here")
    asked.add_argument("--weeks", help="weeks of invented past (all of the demo's)")
    asked.add_argument("--quiet", action="store_true", help="nobody walks")
    return asked.parse_args()


def loopback(listen):
    """The address as host and port; the demo prints its passwords, so nobody else may reach it."""
    host, _, port = listen.rpartition(":")
    try:
        if ipaddress.ip_address(host).is_loopback and 0 < int(port) < 65536:
            return host, int(port)
    except ValueError:
        pass
    sys.exit(f"--listen: a demo listens on the loopback only, as in 127.0.0.1:8080: not on {listen!r}")


def owned(folder):
    """The folder, held until this process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"a cluster runs on {folder} already: stop it first, or choose another folder")
    return lock


def main():
    given = arguments()
    door, folder = loopback(given.listen), given.folder.resolve()
    # Told to end, it ends what it started first; so does a terminal that goes away.
    for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, lambda *_: sys.exit(0))
    # One connection is one open file, of the balancer two.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    held = owned(folder)
    place = parts.Place(folder, door, given.inner)
    for what, address in place.addresses(NODES):
        parts.free(what, address)
    options = ["--demo-weeks", given.weeks] if given.weeks else []
    program = given.binary.resolve()
    nodes = [parts.node(place, name, (program, options), ROOT) for name in NODES]
    balancer = parts.balancer(place, NODES)
    people = [] if given.quiet else [parts.people(place, NODES[0], program)]
    with watch.Watch() as running:
        postgres = parts.postgres(place)
        running.start(postgres)
        parts.database(place)
        running.start(parts.redis(place))
        running.start(*nodes)
        running.start(balancer)
        running.start(*people)
        watch.say(greeting(place, nodes))
        running.keep()
    held.close()


def greeting(place, nodes):
    """What a node says of the demo, with the balancer's address in place of its own."""
    said = nodes[0].log.read_text(errors="replace")
    text = said[said.index("xunfang listens on") :].partition("Ctrl-C stops it.")[0].rstrip()
    text = text.replace(place.told(place.node(NODES[0])), place.told(place.door))
    rows = [
        *((each.name, f"http://{place.told(place.node(name))}, process {each.pid}") for name, each in zip(NODES, nodes)),
        ("balancer", f"http://{place.told(place.inner('status'))}: which nodes get new connections"),
        ("PostgreSQL", place.told(place.inner("PostgreSQL"))),
        ("Redis", place.told(place.inner("Redis"))),
        ("data, logs", str(place.folder)),
    ]
    told = "\n".join(f"  {name:<11} {what}" for name, what in rows)
    lose = f"  Lose a node: kill -9 $(cat {place.pid_file(NODES[0])}): everybody goes on through the other."
    return f"{text}\n\n{told}\n\n{lose}\n  Ctrl-C ends all of it."


if __name__ == "__main__":
    main()
