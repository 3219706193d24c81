"""The parts of a cluster on one machine: engines that exist, and our nodes.

Must not know how processes are kept. Invariant: all listen on the loopback alone, and the two
engines ask for a password that lies in the folder.
"""

import os
import pathlib
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import watch

HOST = "127.0.0.1"
USER = DATABASE = "xunfang"
# Added to the first of the inner ports.
PORTS = {"one": 1, "two": 2, "metrics of one": 11, "metrics of two": 12, "status": 80, "Redis": 379, "PostgreSQL": 432}
# A debug build writes the demo's past in a minute or two.
NODE_UP_WITHIN_S = 300


class Place:
    """Where everything lies and listens."""

    def __init__(self, folder, door, first_port):
        self.folder, self.door, self.first_port = folder, door, first_port
        for name in ("logs", "secrets"):
            (folder / name).mkdir(exist_ok=True)
        (folder / "secrets").chmod(0o700)

    def inner(self, what):
        return HOST, self.first_port + PORTS[what]

    def node(self, name):
        return self.inner(name)

    def addresses(self, nodes):
        """Whose they are, and the addresses that must be free."""
        inner = [*nodes, *(f"metrics of {name}" for name in nodes), "status", "Redis", "PostgreSQL"]
        return [("the balancer", self.door), *((what, self.inner(what)) for what in inner)]

    def told(self, address):
        host, port = address
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def log(self, name):
        return self.folder / "logs" / f"{name}.log"

    def pid_file(self, name):
        return self.folder / f"{name}.pid"

    def secret(self, name, make):
        """What a file of secrets holds; made once."""
        path = self.folder / "secrets" / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(make())
        return path

    def password(self, of):
        return self.secret(f"{of}_password", lambda: secrets.token_hex(16)).read_text()


def free(what, address):
    """Ends with a sentence when somebody listens there."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            by = "LISTEN=127.0.0.1:PORT" if what == "the balancer" else "INNER=PORT"
            said = f"{address[0]}:{address[1]} ({what}) can't be listened on ({error.strerror})"
            sys.exit(f"{said}: stop what runs there, or choose another with {by}")


def program(name, install):
    """Debian keeps PostgreSQL's programs in a folder a version, and daemons where users don't look."""
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders = [*map(str, versions), os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]
    found = shutil.which(name, path=os.pathsep.join(folders))
    return found or sys.exit(f"{name} is missing: sudo apt-get install {install}")


def answers(address, path):
    """Whether an HTTP server says 200."""
    try:
        with urllib.request.urlopen(f"http://{address[0]}:{address[1]}{path}", timeout=5) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def owner(folder):
    """PostgreSQL refuses root: its folder is then the user postgres's, who must be able to get there."""
    if os.getuid() != 0:
        return ()
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        sys.exit("PostgreSQL doesn't run as root, and there is no user postgres: sudo apt-get install postgresql")
    as_user = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    if subprocess.run(["setpriv", *as_user, "test", "-x", folder.parent]).returncode != 0:
        sys.exit(
            f"PostgreSQL doesn't run as root, and its user postgres may not enter {folder.parent}: "
            "run this as another user, or choose a folder with CLUSTER=DIR"
        )
    folder.mkdir(exist_ok=True)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return as_user


def postgres(place):
    """A server on a folder of its own, which is made once."""
    folder = place.folder / "postgres"
    as_user = owner(folder)
    folder.mkdir(exist_ok=True)
    data, install = folder / "data", "postgresql"
    if not (data / "PG_VERSION").exists():
        shutil.rmtree(data, ignore_errors=True)
        password = folder / "password"
        password.touch(mode=0o600)
        password.write_text(place.password("postgres"))
        os.chown(password, folder.stat().st_uid, folder.stat().st_gid)
        make = [program("initdb", install), "-D", data, "-U", USER, "--auth=scram-sha-256", "--pwfile", password]
        made = subprocess.run(
            [*(["setpriv", *as_user] if as_user else []), *make, "-E", "UTF8", "--no-locale"],
            cwd="/",
            capture_output=True,
            text=True,
        )
        password.unlink()
        if made.returncode != 0:
            sys.exit(f"PostgreSQL's folder can't be made:\n{made.stderr}")
    host, port = place.inner("PostgreSQL")
    command = [program("postgres", install), "-D", data, "-p", port]
    for setting in (f"listen_addresses={host}", "unix_socket_directories=", "max_connections=100"):
        command += ["-c", setting]
    ready = [program("pg_isready", install), "-q", "-h", host, "-p", str(port)]
    return watch.Part(
        "PostgreSQL",
        command,
        place.log("postgres"),
        place.pid_file("postgres"),
        lambda: subprocess.run(ready).returncode == 0,
        as_user=as_user,
        cwd=pathlib.Path("/"),
        end_with=signal.SIGINT,
    )


def database(place, name=DATABASE):
    """Makes a database unless it is there."""
    host, port = place.inner("PostgreSQL")
    reach = ["-h", host, "-p", str(port), "-U", USER]
    environment = {**os.environ, "PGPASSWORD": place.password("postgres")}

    def run(command, *words):
        words = [program(command, "postgresql"), *reach, *words]
        done = subprocess.run(words, env=environment, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else sys.exit(f"{command} failed:\n{done.stderr}")

    if run("psql", "-d", "postgres", "-tAc", f"select 1 from pg_database where datname = '{name}'") != "1":
        run("createdb", name)


def redis(place):
    """A server that keeps nothing: it only tells."""
    host, port = place.inner("Redis")
    password = place.password("redis")
    conf = place.folder / "secrets" / "redis.conf"
    conf.touch(mode=0o600)
    conf.write_text(f'bind {host}\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\ndir {place.folder}\n')

    def is_up():
        try:
            with socket.create_connection((host, port), timeout=2) as asked:
                asked.sendall(f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode())
                return b"+PONG" in b"".join(iter(lambda: asked.recv(100), b""))
        except OSError:
            return False

    command = [program("redis-server", "redis-server"), conf]
    return watch.Part("Redis", command, place.log("redis"), place.pid_file("redis"), is_up)


def urls(place, database=DATABASE):
    """The addresses of both engines with their passwords, as our settings take them."""
    url = {"PostgreSQL": f"postgres://{USER}:{place.password('postgres')}@", "Redis": f"redis://:{place.password('redis')}@"}
    told = {what: url[what] + place.told(place.inner(what)) for what in url}
    return f"{told['PostgreSQL']}/{database}", told["Redis"]


def node(place, name, started, root):
    """One of ours, which reads its secrets from files, as in production."""
    binary, options = started
    files = {}
    for variable, url in zip(("DATABASE", "BUS"), urls(place)):
        path = place.secret(f"{variable.lower()}_url", str)
        path.write_text(url)
        files[f"XUNFANG__{variable}__URL_FILE"] = str(path)
    address = place.node(name)
    command = [binary, "serve", "--demo", "--quiet-demo", *options, "--data", place.folder / name]
    command += ["--listen", place.told(address), "--metrics", place.told(place.inner(f"metrics of {name}"))]
    return watch.Part(
        f"node {name}",
        command,
        place.log(name),
        place.pid_file(name),
        lambda: answers(address, "/readyz"),
        environment={**os.environ, **files, "NO_COLOR": "1"},
        cwd=root,
        up_within_s=NODE_UP_WITHIN_S,
    )


BALANCER = """\
global
    # Its bound on connections follows from the open files that it may have.
    fd-hard-limit 65536
defaults
    mode tcp
    timeout connect 2s
    # A quiet socket says something every 10 s.
    timeout client 60s
    timeout server 60s
    timeout check 4s
    # A node that was killed just now: the next one is tried at once.
    retries 2
    option redispatch 1
listen xunfang
    bind {door}
    balance leastconn
    option httpchk
    http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host xunfang
    http-check expect status 200
    default-server check inter 1s fall 2 rise 1
{nodes}
listen status
    bind {status}
    mode http
    timeout client 10s
    stats enable
    stats uri /
    stats refresh 2s
"""


def balancer(place, nodes):
    """HAProxy: connections to the node with fewest, of those whose /readyz says 200."""
    conf = place.folder / "haproxy.cfg"
    lines = "\n".join(f"    server {name} {place.told(place.node(name))}" for name in nodes)
    conf.write_text(
        BALANCER.format(door=place.told(place.door), status=place.told(place.inner("status")), nodes=lines)
    )
    command = [program("haproxy", "haproxy"), "-db", "-f", conf]
    is_up = lambda: answers(place.door, "/healthz")
    return watch.Part("balancer", command, place.log("haproxy"), place.pid_file("haproxy"), is_up)


def people(place, mint_at, binary):
    """Those who walk: clients of the balancer, so that they too go on when a node is lost."""
    command = [binary, "simulate", "--url", f"http://{place.told(place.door)}"]
    command += ["--tokens-url", f"http://{place.told(place.node(mint_at))}"]
    command += ["--key", place.folder / mint_at / "simulate.key"]
    return watch.Part("people", command, place.log("people"), place.pid_file("people"), end_with=signal.SIGINT)
