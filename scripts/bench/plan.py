"""What is measured, in which order. Must not know how it is run or read."""

import dataclasses
import os

# Runs of ours and of the floor that are compared one by one, in the order ABBA.
PAIRS = 7
FANOUT = ("--clients", "1000", "--rate", "60", "--seconds", "8")
BODY = ("--body", "128")
# As long as our whole frame, so that the floor writes the same bytes.
FRAME = ("--body", "{bytes}")
# Each fix alone to each viewer: as many as a peer bears with time left.
POSITIONS_ALONE = ("--members", "200", "--viewers", "100", "--seconds", "8")


@dataclasses.dataclass(frozen=True)
class Step:
    """One run: a benchmark on a target, with the peer's command line."""

    bench: str
    target: str = "xunfang"
    flags: tuple = ()
    serve: str = None
    # Which pair it belongs to; the floor then writes as many messages at once as ours did.
    pair: int = None


def peers(root, built):
    """How each peer is started. {port}, {gather} and {bytes} stand for what is known later."""
    relative = os.path.relpath(built, root)
    bun = next((root / "benches/peers/node_modules/@oven").glob("*/bin/bun"), None)
    if bun is None:
        raise SystemExit("Bun is missing: npm --prefix benches/peers ci")
    return {
        "rawcast": f"{relative}/rawcast {{port}} {{gather}}",
        "naive": f"{relative}/naive {{port}}",
        "bun": f"{bun.relative_to(root)} benches/peers/bun.ts {{port}}",
        "nchan": "benches/peers/nchan.sh {port}",
    }


def fanout_pairs(serve):
    """Ours and the floor in turn: A B, B A, A B and so on."""
    for pair in range(PAIRS):
        ours = Step("fanout", flags=(*FANOUT, *BODY), pair=pair)
        floor = Step("fanout", "rawcast", (*FANOUT, *FRAME), serve, pair)
        both = [ours, floor]
        yield from both if pair % 2 == 0 else reversed(both)


def steps(peers):
    """All of it."""
    found = [Step("decode"), *fanout_pairs(peers["rawcast"])]
    for peer in ("naive", "bun", "nchan"):
        found += [Step("fanout", peer, (*FANOUT, *BODY), peers[peer])] * 3
    found += [Step("positions", flags=("--seconds", "12"))] * 3
    for peer in ("naive", "bun", "nchan"):
        found.append(Step("positions", peer, POSITIONS_ALONE, peers[peer]))
    found += [Step(bench) for bench in ("ack", "sos", "idle", "resume", "frozen")]
    return [*found, Step("import")]
