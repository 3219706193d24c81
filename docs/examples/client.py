#!/usr/bin/env python3
"""Follows the districts of an account of Xunfang and reports an incident; see docs/PROTOCOL.md.

    XUNFANG_PASSWORD=... python3 client.py http://127.0.0.1:8080 --user guard \\
        --report "井盖松动" --at 113.2306,30.9645 --kind hazard.manhole

Needs the package `websockets`, 10 or newer. Ends with 0 when told to (Ctrl-C, SIGTERM; with --once
when its report is stored and told), 1 when its report is refused, 2 for wrong arguments, 3 when it
may not sign in or connect. Cursors on disk are saved with what the events changed, never before.
"""
import argparse, asyncio, json, os, random, signal, sys, time, urllib.request, uuid
import websockets

DEAD_AFTER_S, FIRST_WAIT_S, LONGEST_WAIT_S = 35, 0.5, 30  # a watermark comes every 10 s

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
        self.args, self.token = args, token
        self.cursors, self.incidents, self.waits = {}, {}, 0
        self.pending, self.mine = {}, None  # commands without an answer, and what was reported

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

    def take(self, message):
        kind, district = message["type"], message.get("district")
        if kind == "welcome":
            self.awaited = {district["id"] for district in message["districts"]}
            if self.args.report and self.mine is None:
                self.report(message["server_ms"])
        elif kind == "reset":  # what the snapshot doesn't have is gone
            now = {one["id"]: one for one in message["snapshot"]["incidents"]}
            self.incidents = {key: one for key, one in self.incidents.items()
                              if one["district"] != district or key in now}
            say("reset", district, "at", message["seq"], "with", len(now), "incidents")
            for incident in now.values():
                self.show(incident)
            self.cursors[district] = {"epoch": message["epoch"], "seq": message["seq"]}
            self.awaited.discard(district)
        elif kind in ("event", "watermark"):
            if message["prev"] != self.cursors[district]["seq"]:
                raise Gap
            if kind == "event":
                self.happened(message["event"])
            self.cursors[district]["seq"] = message["seq"]  # after what it changed
        elif kind == "ack" and self.pending.pop(message["id"], None):
            say("stored at", message["outcome"]["seq"])
        elif kind in ("refused", "error"):
            say(kind, message["code"], message["message"])
            if kind == "refused" and message["code"] not in ("busy", "outcome_unknown"):
                raise Ended(1)

    def happened(self, event):
        if event["type"] == "incident_changed":
            self.show(event["incident"], "by " + (event["entry"]["actor_name"] or "the system"))
        elif event["type"] == "message_posted":
            say("message by", event["message"]["sender_name"], event["message"]["text"]["body"])
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
            wait_s = random.random() * min(FIRST_WAIT_S * 2 ** min(self.waits, 16), LONGEST_WAIT_S)
            self.waits += 1
            say(f"the connection ended ({why}), again in {wait_s:.1f} s")
            await asyncio.sleep(wait_s)

async def run(args):
    for stop in signal.SIGINT, signal.SIGTERM:
        asyncio.get_running_loop().add_signal_handler(stop, asyncio.current_task().cancel)
    try:
        await Client(args, sign_in(args)).follow()
    except (Ended, asyncio.CancelledError) as ended:
        return ended.args[0] if isinstance(ended, Ended) else 0

parser = argparse.ArgumentParser(description="The password is read from XUNFANG_PASSWORD.")
parser.add_argument("url", help="http://host:port or https://host")
parser.add_argument("--user", required=True, help="the account's name")
parser.add_argument("--report", metavar="TEXT", help="report an incident with this text")
parser.add_argument("--at", type=lambda at: tuple(map(float, at.split(","))), metavar="LNG,LAT")
parser.add_argument("--kind", default="hazard.manhole", help="its kind (%(default)s)")
parser.add_argument("--once", action="store_true", help="end when the report is stored and told")
given = parser.parse_args()
if "XUNFANG_PASSWORD" not in os.environ or bool(given.report) != bool(given.at):
    parser.error("set XUNFANG_PASSWORD; --report and --at go together")
sys.exit(asyncio.run(run(given)))
