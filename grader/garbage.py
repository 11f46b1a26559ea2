"""Keep Python's collector of garbage from looking through torch again and again: its objects are there to stay."""

from __future__ import annotations

import atexit
import gc

RARELY = 50_000
"""New objects between two looks while modules are imported, which leaves next to no garbage."""
_USUALLY = gc.get_threshold()


def hold_off() -> None:
    """Look for garbage rarely until `settle`, and not at the end of this process, when all of it goes anyway."""
    gc.set_threshold(RARELY, *_USUALLY[1:])
    atexit.register(gc.freeze)


def settle() -> None:
    """Take all that is here the first time for something that stays; look for garbage as usual in what comes after."""
    if not gc.get_freeze_count():
        gc.freeze()
    gc.set_threshold(*_USUALLY)
