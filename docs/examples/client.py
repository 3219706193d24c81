#!/usr/bin/env python3
"""Follows the districts of an account of Xunfang and reports an incident; see docs/PROTOCOL.md.

    XUNFANG_PASSWORD=... python3 client.py http://127.0.0.1:8080 --user guard \\
        --report "井盖松动" --at 113.2306,30.9645 --kind hazard.manhole

Needs the package `websockets`, 10 or newer. Ends with 0 when told to (Ctrl-C, SIGTERM; with --once
when its report is stored and told), 1 when its report is refused, 2 for wrong arguments, 3 when it
may not sign in or connect. With --state it goes on where it stopped; --log tells what came.
"""
import argparse, asyncio, json, os, random, signal, sys, time, urllib.request, uuid
import websockets

DEAD_AFTER_S, FIRST_WAIT_S, LONGEST_WAIT_S = 35, 0.5, 30  # a watermark comes every 10 s
DRAINING, MOVE_WITHIN_S = 4001, 2  # all clients of a stopping server don't come back at once

class Ended(Exception):
    """The client is through, with this exit code."""

class Gap(Exception):
    """A frame doesn't follow the last one."""

def uuid7():  # ids sort by the time at which they were made
    raw = bytearray((time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10))
    raw[6], raw[8] = 0x70 | raw[6] & 0x0F, 0x80 | raw[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(raw)))

def say(*words):
    print(time.strftime("%H:%M:%S"), *words, flush=True)

def sign_in(args):
    body = {"username": args.user, "password": os.environ["XUNFANG_PASSWORD"], "device": True}
    request = urllib.request.Request(args.url + "/api/session", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["token"]
    except OSError as error:
        say("not signed in:", error)
        raise Ended(3)

class Client:
    def __init__(self, args, token):
        self.args, self.token, self.waits, self.alarms = args, token, 0, set()
        self.cursors, self.incidents = {}, {}  # what was read, and how far: kept over connections
        self.pending, self.done, self.mine = {}, {}, None  # commands: unanswered, acknowledged
        self.log = open(args.log, "a", buffering=1) if args.log else None
        if args.state and os.path.exists(args.state):
            with open(args.state) as file:
                self.cursors, self.incidents, self.pending, self.done, self.mine = json.load(file)

    def save(self):  # a cursor is saved with what the events before it changed, never apart
        if self.args.state:
            with open(self.args.state + ".new", "w") as file:
                json.dump([self.cursors, self.incidents, self.pending, self.done, self.mine], file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(self.args.state + ".new", self.args.state)

    def note(self, *words):
        if self.log:
            print(*words, file=self.log)

    def report(self, server_ms):  # made once: its ids stay, however often it is sent
        lng, lat = self.args.at
        command, self.mine = uuid7(), uuid7()
        request = {"type": "report_incident", "incident": self.mine, "kind": self.args.kind,
                   "point": {"lng": lng, "lat": lat}, "observed_ms": server_ms,
                   "text": self.args.report, "drill": False}
        self.pending[command] = {"type": "command", "id": command, "request": request}

    def show(self, incident, by=""):
        known = self.incidents.get(incident["id"], {"version": 0})
        if incident["version"] > known["version"]:  # a snapshot may be ahead of its events
            self.incidents[incident["id"]] = incident
            say("incident", incident["number"], incident["kind_first"], incident["state"], by)

    def alarm(self, call):
        if call["incident"] not in self.alarms:  # by the alert or the event, whichever is first
            self.alarms.add(call["incident"])
            say("SOS", call["number"], "in grid", call["grid"])

    def take(self, message):
        kind, district = message["type"], message.get("district")
        if kind == "welcome":
            self.awaited = {district["id"] for district in message["districts"]}
            if self.args.report and self.mine is None:
                self.report(message["server_ms"])
        elif kind == "reset":  # what the snapshot doesn't have is gone
            now, known = message["snapshot"]["incidents"], list(self.incidents.values())
            self.incidents = {one["id"]: one for one in known
                              if one["district"] != district or one in now}
            say("reset", district, "at", message["seq"], "with", len(now), "incidents")
            self.note("reset", district, message["seq"])
            for incident in now:
                self.show(incident)
            held = self.cursors.get(district, {"epoch": message["epoch"]})
            if held["epoch"] != message["epoch"]:  # a restored backup: it may lack what was stored
                self.pending = {**self.done, **self.pending}
            self.cursors[district] = {key: message[key] for key in ("epoch", "seq", "sight")}
            self.awaited.discard(district)
        elif kind == "resumed":  # what is held stands; what was missed follows
            say("resumed", district, "at", message["seq"], "of", message["head"])
            self.awaited.discard(district)
        elif kind == "alert":  # may overtake the event, come twice, or come after it
            self.alarm(message)
        elif kind in ("event", "forget", "watermark"):
            if message["prev"] != self.cursors[district]["seq"]:
                raise Gap
            if kind == "event":
                self.note("event", district, message["seq"], message["id"])
                self.happened(message["event"])
            elif kind == "forget":
                self.incidents.pop(message["incident"], None)
            self.cursors[district]["seq"] = message["seq"]  # after what it changed
        elif kind == "ack" and message["id"] in self.pending:
            self.done[message["id"]] = self.pending.pop(message["id"])
            say("stored at", message["outcome"]["seq"])
        elif kind in ("refused", "error"):
            say(kind, message["code"], message["message"])
            if kind == "refused" and message["code"] not in ("busy", "outcome_unknown"):
                raise Ended(1)

    def happened(self, event):
        if event["type"] == "incident_changed":
            if event["incident"]["flags"]["sos"]:
                self.alarm({**event["incident"], "incident": event["incident"]["id"]})
            self.show(event["incident"], "by " + (event["entry"]["actor_name"] or "the system"))
        elif event["type"] == "message_posted":
            say("message by", event["message"]["sender_name"], event["message"]["text"]["body"])
        elif event["type"] == "text_erased":
            for incident in self.incidents.values():
                if (incident["text"] or {}).get("id") == event["text"]:
                    incident["text"]["body"] = None
        else:  # also what a later server may tell
            say("event", event["type"])

    async def connection(self):
        url = "ws" + self.args.url[len("http"):] + "/ws"
        async with websockets.connect(url, max_size=64 << 20) as socket:
            await socket.send(json.dumps({"type": "hello", "version": 1, "token": self.token,
                                          "cursors": self.cursors}))
            self.awaited, live = None, False
            while True:
                message = json.loads(await asyncio.wait_for(socket.recv(), DEAD_AFTER_S))
                self.take(message)
                again = message["type"] == "refused"  # busy: a little later, under the same id
                await asyncio.sleep(random.random() if again else 0)
                if again or (self.awaited == set() and not live):
                    live, self.waits = True, 0
                    for command in self.pending.values():
                        await socket.send(json.dumps(command))
                if self.args.once and not self.pending and self.mine in self.incidents:
                    raise Ended(0)

    async def follow(self):
        while True:
            try:
                await self.connection()
            except websockets.ConnectionClosed as closed:
                why = closed.rcvd.code if closed.rcvd else 1006
                if 4100 <= why <= 4199:  # until a person acts
                    say("closed for good:", why, closed.rcvd.reason)
                    raise Ended(3)
            except (OSError, asyncio.TimeoutError, Gap, websockets.InvalidHandshake) as error:
                why = repr(error)
            self.save()
            longest_s = min(FIRST_WAIT_S * 2 ** min(self.waits, 16), LONGEST_WAIT_S)
            wait_s = random.random() * (MOVE_WITHIN_S if why == DRAINING else longest_s)
            self.waits += 1
            say(f"the connection ended ({why}), again in {wait_s:.1f} s")
            await asyncio.sleep(wait_s)

async def run(args):
    for stop in signal.SIGINT, signal.SIGTERM:
        asyncio.get_running_loop().add_signal_handler(stop, asyncio.current_task().cancel)
    client = None
    try:
        client = Client(args, sign_in(args))
        await client.follow()
    except (Ended, asyncio.CancelledError) as ended:
        if client:
            client.save()
        return ended.args[0] if isinstance(ended, Ended) else 0

parser = argparse.ArgumentParser(description="The password is read from XUNFANG_PASSWORD.")
parser.add_argument("url", help="http://host:port or https://host")
parser.add_argument("--user", required=True, help="the account's name")
parser.add_argument("--report", metavar="TEXT", help="report an incident with this text")
parser.add_argument("--at", type=lambda at: tuple(map(float, at.split(","))), metavar="LNG,LAT")
parser.add_argument("--kind", default="hazard.manhole", help="its kind (%(default)s)")
parser.add_argument("--state", metavar="FILE", help="what is held, kept over its own restarts")
parser.add_argument("--log", metavar="FILE", help="a line for each reset and event: place and id")
parser.add_argument("--once", action="store_true", help="end when the report is stored and told")
given = parser.parse_args()
if "XUNFANG_PASSWORD" not in os.environ or bool(given.report) != bool(given.at):
    parser.error("set XUNFANG_PASSWORD; --report and --at go together")
sys.exit(asyncio.run(run(given)))
