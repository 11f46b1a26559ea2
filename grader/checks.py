"""What a check's author imports: what stands on a check, and ways to say what must hold.

A check is a pytest function. Its docstring is its title, with a second paragraph "ko: ..." for the Korean one.
It asks for the fixtures `student` and `reference` (the functions, called across the sandbox's line), `device`, and
`rng` (a torch.Generator, seeded by the run). `CONTRIBUTING.md` shows one from beginning to end.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import torch

from grader.compare import Mismatch, close, equal, miss, numbers, several, typed
from grader.i18n import both
from grader.records import Text
from grader.sandbox import wire
from grader.sandbox.matching import BLINDFOLDS
from grader.sandbox.proxy import Function
from grader.sandbox.replies import StudentError
from grader.sandbox.shown import repr_of

__all__ = ["AUTOGRAD", "Mismatch", "build", "close", "equal", "generator", "hint", "needs", "not_allowed", "numbers",
           "points", "pure", "quiet", "raises", "several", "time_limit", "typed",
           "watched"]  # fmt: skip

AUTOGRAD = ("backward", "grad_fn", "torch.autograd", "torch.func", "functorch")

DEFAULT_SECONDS = 10.0


@dataclass(frozen=True)
class Rules:
    """What stands on a check."""

    points: float = 0.0
    hints: tuple[Text, ...] = ()
    """What to try, from general to specific; a result shows the first, `grade hint` one more at a time."""
    needs: tuple[Callable, ...] = ()
    not_allowed: tuple[str, ...] = ()
    seconds: float = DEFAULT_SECONDS


def rules_of(check: Callable) -> Rules:
    """Return what stands on a check."""
    return getattr(check, "rules", Rules())


def _rule(**change: Any) -> Callable[[Callable], Callable]:
    def decorate(check: Callable) -> Callable:
        check.rules = replace(rules_of(check), **change)
        return check

    return decorate


def points(number: float) -> Callable[[Callable], Callable]:
    """What the check is worth; an exercise's checks add up to 10."""
    return _rule(points=float(number))


def hint(*en: str, ko: str | tuple[str, ...]) -> Callable[[Callable], Callable]:
    """What a student reads after a miss: the next thing to try, not the answer. Several go from general to specific."""
    korean = (ko,) if isinstance(ko, str) else ko
    if len(en) != len(korean):
        raise ValueError(f"a hint with {len(en)} sentences in English and {len(korean)} in Korean: {en[:1]}")
    return _rule(hints=tuple(map(Text, en, korean)))


def needs(*checks: Callable) -> Callable[[Callable], Callable]:
    """Checks that must have passed before this one means anything; else it is skipped."""
    return _rule(needs=checks)


def not_allowed(*names: str) -> Callable[[Callable], Callable]:
    """What the functions that this check calls may not use, by source or while they run; see `bans.matches`."""
    return _rule(not_allowed=(*names, *BLINDFOLDS))


def time_limit(seconds: float) -> Callable[[Callable], Callable]:
    """Seconds that the student's code gets in this check (default 10)."""
    return _rule(seconds=float(seconds))


def generator(seed: int) -> wire.Generator:
    """A torch.Generator for the student's function, made on its side and on its device."""
    return wire.Generator(seed)


def build(source: str) -> wire.Build:
    """A public helper for the student's function, made on its side out of an expression: `build("nn.ReLU()")`."""
    return wire.Build(source)


def raises(kind: type[Exception], function: Function, *args: Any, **kwargs: Any) -> None:
    """Accept only a call that raises `kind`, or a class derived from it."""
    wanted = f"{kind.__module__}.{kind.__qualname__}"
    try:
        got = function(*args, **kwargs)
    except StudentError as error:
        if wanted in error.types:
            return
        if error.not_written_yet or error.not_defined:
            raise
        text = both("raised {error}, and {kind} was wanted", error=str(error), kind=kind.__name__)
    else:
        text = both("returned {got}, and should have raised {kind}", got=repr_of(got), kind=kind.__name__)
    miss(Mismatch(text, both("it does not raise {kind} where it should", kind=kind.__name__)))


def pure(function: Function, *args: Any, **kwargs: Any) -> Any:
    """Call, and accept only if the tensors handed in are as they were and the result shares no memory with them."""
    tensors = [value for value in (*args, *kwargs.values()) if isinstance(value, torch.Tensor)]
    before = [tensor.clone() for tensor in tensors]
    got = function.in_place(*args, **kwargs)
    for old, new in zip(before, tensors, strict=True):
        if old.shape != new.shape or old.dtype != new.dtype or not torch.equal(old, new):
            text = both("changes the tensor it is given; work on a copy (no in-place operation on an argument)")
            miss(Mismatch(text, text, new, old))
    for part in got if isinstance(got, tuple | list) else [got]:
        note = wire.note_of(part) if isinstance(part, torch.Tensor) else None
        if note is not None and note.shares:
            text = both("returns a tensor that shares memory with its argument; return a new one")
            miss(Mismatch(text, text))
    return got


def watched(function: Function, *args: Any, **kwargs: Any) -> None:
    """Call for the sake of what is not allowed; whether the call is right, or raises, is for other checks to say."""
    with suppress(StudentError):
        function(*args, **kwargs)


def quiet(function: Function, *args: Any, **kwargs: Any) -> Any:
    """Call, and accept only if nothing warned."""
    got = function(*args, **kwargs)
    if function.warnings:
        kind, words = function.warnings[0]
        miss(Mismatch(both("warns: {kind}: {words}", kind=kind.rpartition(".")[2], words=words), both("it warns")))
    return got
