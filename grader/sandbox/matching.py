"""Which names a ban covers."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from itertools import accumulate, chain

LIBRARIES = ("torch", "numpy", "scipy", "functorch")

Use = tuple[str, int]
"""A dotted name and its line; see `bans`."""

LOOK_UP = {f"builtins.{name}" for name in ("vars", "eval", "exec", "globals", "locals")} | {
    "operator.attrgetter", "operator.methodcaller", "inspect.getattr_static", "inspect.getmembers"}  # fmt: skip
"""What may reach an attribute by a name that is not spelled out."""


BLINDFOLDS = ("sys.setprofile", "_disable_current_modes", "_get_current_dispatch_mode_stack", "_python_dispatch",
              "_DisableTorchDispatch", "_ExcludeDispatchKeyGuard", "_pop_torch_dispatch_stack",
              "_len_torch_dispatch_stack", "DisableTorchFunction", "_pop_torch_function_stack",
              "_len_torch_function_stack")  # fmt: skip
"""What looks for the watch over a call, or takes it off: banned wherever anything is."""


def matches(name: str, banned: str) -> bool:
    """Whether a used name is a banned one.

    A dotted ban ("torch.autograd") covers all that lies under it; a plain one ("sigmoid") covers that name
    anywhere in a library (in place and for lists too: "sigmoid_", "_foreach_sigmoid") and as a method.
    """
    if "." in banned:
        return name == banned or name.startswith(banned + ".")
    parts = name.split(".")
    return parts[0] in ("", *LIBRARIES) and banned in map(_plain, parts)


def _plain(part: str) -> str:
    return part.removeprefix("_foreach_").rstrip("_")


@lru_cache(4096)
def is_banned(name: str, banned: tuple[str, ...]) -> bool:
    """Whether a used name is among the banned ones."""
    return any(matches(name, ban) for ban in banned)


class Bans:
    """The banned names, as bits: `matches` for many names at once. The module's `own` attributes are never banned."""

    def __init__(self, banned: Collection[str], own: set[str]):
        self._own = own
        self.bits = {ban: 1 << number for number, ban in enumerate(dict.fromkeys(banned))}
        paths = [ban for ban in self.bits if "." in ban] + sorted(LOOK_UP | {"builtins.getattr"})
        beginnings = (accumulate(path.split("."), "{}.{}".format) for path in paths)
        starts = dict.fromkeys(["", *LIBRARIES, *chain.from_iterable(beginnings)])
        self._starts = {start: 1 << number for number, start in enumerate(starts, len(self.bits))}
        self._found: dict[str, int] = {}

    def of(self, name: str) -> int:
        """Return the bits of the bans that match a name."""
        if name not in self._found:
            above, dot, last = name.rpartition(".")
            plain = _plain(last) if name.partition(".")[0] in ("", *LIBRARIES) else "."
            found = (self.bits.get(name, 0) if dot else 0) | (0 if "." in plain else self.bits.get(plain, 0))
            self._found[name] = found | (self.of(above) if dot else 0)
        return self._found[name]

    def powers(self, name: str) -> int:
        """Return, as bits, what a name and the attributes of what it stands for could match."""
        root = name.partition(".")[0]
        known = self._starts.get(name, 0) | (self._starts[root] if root in ("", *LIBRARIES) else 0)
        return 0 if self.is_own(name) else self.of(name) | known

    def is_own(self, name: str) -> bool:
        """Whether a name is an attribute that the module's own objects have."""
        return name.startswith(".") and name.split(".", 2)[1] in self._own
