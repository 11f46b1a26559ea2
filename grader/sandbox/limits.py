"""What a worker may use of the machine (Linux): a limit that is met fails in the worker, before others feel it.

Time is not among them: the grader's own clock, and a SIGKILL from outside, are the real limit.
"""

from __future__ import annotations

import os
import sys
from functools import cache

MAX_MEMORY = 1536 << 20
"""Bytes of address space on top of what torch takes. An allocation beyond fails at once, while 4 GiB of page faults
would take ten seconds first."""

MAX_FILE = 64 << 20
MAX_OPEN_FILES = 64
MAX_CPU_SECONDS = 120
"""A backstop against many threads. The hard limit stays open: it would send a SIGKILL, which looks like our doing."""

GPU_SHARE = 0.5

_GPU_DEVICES = ("/dev/nvidiactl", "/dev/dxg")


def has_gpu() -> bool:
    """Whether there is a GPU that CUDA may use, told by its device nodes: asking CUDA would spoil every fork."""
    return any(map(os.path.exists, _GPU_DEVICES))


def memory_limit() -> int | None:
    """Return the address space, in bytes, that a worker like this process gets; None beside a GPU.

    CUDA reserves far more addresses than memory.
    """
    if sys.platform != "linux" or has_gpu():
        return None
    with open("/proc/self/statm", encoding="ascii") as sizes:
        return int(sizes.read().split()[0]) * os.sysconf("SC_PAGE_SIZE") + MAX_MEMORY


@cache
def limit_gpu() -> None:
    """Let torch take GPU_SHARE of each GPU's memory in this process, and no more. It opens CUDA: not before a fork."""
    import torch

    for device in range(torch.cuda.device_count()):
        torch.cuda.set_per_process_memory_fraction(GPU_SHARE, device)


def limit(memory: int | None) -> None:
    """Set this process's limits, `memory` being its address space (None: no limit). Nothing happens off Linux."""
    if sys.platform != "linux":
        return
    import resource

    if memory is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE, MAX_FILE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN_FILES, MAX_OPEN_FILES))
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = MAX_CPU_SECONDS if hard == resource.RLIM_INFINITY else min(hard, MAX_CPU_SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
