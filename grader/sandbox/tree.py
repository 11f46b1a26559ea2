"""What a worker may read: Python, torch, the system's libraries and the worker's own code. Nothing of a course."""

from __future__ import annotations

import glob
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from grader import paths

_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
_GPUS = ("/dev/nvidia*", "/dev/nvidia-caps/*", "/dev/dxg")


def engine() -> tuple[str, ...]:
    """The code that runs beside student code."""
    return str(paths.PACKAGE / "__init__.py"), str(paths.PACKAGE / "sandbox")


def import_path() -> tuple[str, ...]:
    """What the import path of an isolated Python lacks: where torch is, should it be elsewhere, and this package."""
    torch = find_spec("torch")
    folders = [Path(place).parent for place in (torch.submodule_search_locations if torch else None) or ()]
    return tuple(map(str, [*folders, paths.PACKAGE.parent]))


def readable() -> tuple[str, ...]:
    """Every file and folder, as far as it is there, that a worker may read or read under."""
    prefixes = {Path(prefix) for prefix in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)}
    python = [folder / name for folder in prefixes for name in ("lib", "lib64", "pyvenv.cfg")]
    found = [*_LIBRARIES, *map(str, python), *import_path()[:-1], *engine(), sys.executable]
    found += ["/dev/random", "/dev/urandom", *os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)]
    found += ["/proc"] if gpus() else []
    return tuple(sorted({path for path in found if os.path.isabs(path) and os.path.exists(path)}))


def devices() -> tuple[str, ...]:
    """The device nodes that a worker may use."""
    return "/dev/null", "/dev/zero", *gpus()


def gpus() -> tuple[str, ...]:
    """The device nodes of the GPUs here; none on most machines."""
    return tuple(sorted(path for pattern in _GPUS for path in glob.glob(pattern) if not os.path.isdir(path)))
