"""Frames that are wrong in every way that comes to mind, for as long as one likes: see `mutation`."""

from __future__ import annotations

import argparse
import os
import resource
import secrets
import time
from random import Random

from .mutation import SAMPLES, examine, mutated
from .usage import addresses, memory

MAX_SAMPLES = 500
SLOW = 10.0
"""Seconds that no frame of this size may take, on a busy machine either."""

ADDRESSES = 2 << 30
"""Bytes of address space on top of what torch takes: a buffer as large as a frame claims would fail."""


def fuzz(seed: int, seconds: float) -> str:
    """Read wrong frames; return what was found in a line. Whatever a frame does wrong is raised, with the frame told."""
    random, samples = Random(seed), [*SAMPLES]
    frames = values = 0
    slowest = 0.0
    end = time.monotonic() + seconds
    while (began := time.monotonic()) < end:
        frame = mutated(random, random.choice(samples), samples)
        frames += 1
        try:
            if examine(frame):
                values += 1
                keep(random, samples, frame)
            slowest = max(slowest, time.monotonic() - began)
            assert slowest < SLOW, f"it took {slowest:.1f} s"
        except BaseException:
            print(f"frame {frames} of seed {seed}, to be read again by: python -m tests.soak.fuzz --frame {frame.hex()}")
            raise
        if frames % 20_000 == 0:
            print(f"  {frames:,} frames, {values:,} of them values, {memory(os.getpid()):.0f} MiB", flush=True)
    return f"{frames:,} frames, {values:,} of them values; the slowest took {1000 * slowest:.0f} ms; seed {seed}"


def keep(random: Random, samples: list[bytes], frame: bytes) -> None:
    """Let a frame that is still a value be made wrong further, in place of another that was no original."""
    if len(samples) < MAX_SAMPLES:
        samples.append(frame)
    else:
        samples[random.randrange(len(SAMPLES), MAX_SAMPLES)] = frame


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m tests.soak.fuzz", description=__doc__)
    words.add_argument("--seconds", type=float, default=60)
    words.add_argument("--seed", type=int, default=secrets.randbits(32))
    words.add_argument("--frame", type=bytes.fromhex, help="read this one frame and no other")
    asked = words.parse_args()
    limit = addresses(os.getpid()) + ADDRESSES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    if asked.frame is not None:
        print("a value" if examine(asked.frame) else "a WireError")
        return
    print(f"  seed {asked.seed}, {asked.seconds:g} s", flush=True)
    print(fuzz(asked.seed, asked.seconds))


if __name__ == "__main__":
    main()
