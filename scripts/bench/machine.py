"""What it ran on: the machine and the versions, as rows of a name and a text."""

import datetime
import os
import pathlib
import platform
import re
import subprocess
import time


def said(*command, cwd=None):
    """What a command prints, on either stream; empty when it isn't there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=30)
    except OSError:
        return ""
    return (done.stdout + done.stderr).strip()


def first(pattern, text):
    found = re.search(pattern, text, re.MULTILINE)
    return found.group(1) if found else "?"


def describe(root, bun):
    """The rows."""
    proc = pathlib.Path("/proc")
    memory_kib = int(first(r"^MemTotal:\s+(\d+)", (proc / "meminfo").read_text()))
    model = first(r"^model name\s+:\s+(.*)$", (proc / "cpuinfo").read_text())
    system = first(r'^PRETTY_NAME="(.*)"$', pathlib.Path("/etc/os-release").read_text())
    nginx = first(r"nginx/(\S+)", said("nginx", "-v"))
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores of {model}, {memory_kib / 1_048_576:.0f} GiB of memory",
        "system": f"{system}, Linux {platform.release()}",
        "Xunfang": f"{cargo_version(root)}, commit {commit(root)}",
        "Rust": first(r"^rustc (\S+)", said("rustc", "--version")),
        "naive": f"axum {locked(root, 'axum')}, tokio {locked(root, 'tokio')}",
        "Bun": said(str(root / bun), "--version") or "?",
        "nchan": f"{package('libnginx-mod-nchan')}, nginx {nginx}",
        "Chromium": first(r"(\d+[\d.]+)", said("chromium", "--version")),
        "SQLite": f"libsqlite3-sys {locked(root, 'libsqlite3-sys')}",
    }


def cargo_version(root):
    return first(r'^version = "(.*)"', (root / "Cargo.toml").read_text())


def commit(root):
    """The commit, and whether something was changed since."""
    name = said("git", "rev-parse", "--short=10", "HEAD", cwd=root)
    return name + (" with changes" if said("git", "status", "--porcelain", "-uno", cwd=root) else "")


def locked(root, name):
    """The version of a crate that Cargo.lock holds."""
    return first(rf'^name = "{name}"\nversion = "(.*)"', (root / "Cargo.lock").read_text())


def package(name):
    return said("dpkg-query", "--show", "--showformat=${Version}", name) or "?"


def busy_share(seconds=2):
    """How much of all cores is at work while we aren't."""
    before = cpu_times()
    time.sleep(seconds)
    spent = [now - then for now, then in zip(cpu_times(), before)]
    return 1 - (spent[3] + spent[4]) / max(sum(spent), 1)


def cpu_times():
    """user nice system idle iowait irq softirq steal."""
    line = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0]
    return [int(word) for word in line.split()[1:9]]
