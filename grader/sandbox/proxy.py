"""What a check holds in place of a student's module: names that call across the line.

`student.sigmoid(z)` sends a copy of z over and gets the answer back as plain data; what the call does to its copy
touches nothing here, unless the check asks for that by `student.sigmoid.in_place(z)`. Objects that cannot travel
stay on the other side; a check holds a Handle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from grader.records import inert
from grader.sandbox import wire
from grader.sandbox.replies import ReferenceFailed, Reply, StudentError
from grader.sandbox.shown import repr_of

Ask = Callable[..., dict[str, Any]]


class Answered(NamedTuple):
    """What came of one question: the answer or what was raised, and the arguments where a check asked what they became."""

    name: str
    args: tuple
    value: Any
    changed: Any = None


@dataclass
class Journal:
    """What a check did: the calls it made, and what was said and used meanwhile."""

    banned: tuple[str, ...] = ()
    calls: list[str] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    output: list[str] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    uses: list[tuple[str, int]] = field(default_factory=list)
    last: Any = None
    """What the last call gave back."""
    picture: dict[str, Any] | None = None
    """What the check asked to have drawn; see `drawing`."""
    close_call: str | None = None
    """The outcome that a value near its bound speaks for; see `tolerance`."""
    _asked: tuple[str, tuple, dict[str, Any]] | None = None
    _before: list[tuple[Any, Any]] = field(default_factory=list)

    def asking(self, name: str, args: tuple, kwargs: dict[str, Any]) -> None:
        """Note the call that is about to be made."""
        self._asked = (name, args, kwargs)

    @property
    def shown(self) -> str | None:
        """The last call as a reader would type it."""
        if self._asked is None:
            return None
        name, args, kwargs = self._asked
        parts = [repr_of(value) for value in args] + [f"{key}={repr_of(value)}" for key, value in kwargs.items()]
        return f"{name}({', '.join(parts)})"

    def changing(self, arguments: Any) -> None:
        """Note arguments, as they are, before a call's changes are written into them."""
        self._before.append((arguments, _copied(arguments)))

    @property
    def changed_arguments(self) -> bool:
        """Whether the check's own values are now what a call made of them."""
        return bool(self._before)

    def put_back(self) -> None:
        """Undo what calls changed in a check's own values: the next check, or student, may be given the same ones."""
        while self._before:
            _write_back(*self._before.pop())


class Student:
    """The functions and classes of one side: a student's, the reference's or the oracle's.

    What a student's code raises is a StudentError; what code that says what to `expect` raises, a ReferenceFailed.
    """

    def __init__(self, ask: Ask, device: str | None = None, journal: Journal | None = None, expects: bool = False):
        self._ask_other_side, self._device, self._expects = ask, device, expects
        self._journal = journal or Journal()

    def __getattr__(self, name: str) -> Function:
        if name.startswith("__"):
            raise AttributeError(name)
        return Function(self, None, name)

    def keep(self, value: Any, requires_grad: bool = False) -> Handle:
        """Keep a value (a parameter, say) on the other side."""
        return self._request("keep", args=(value,), requires_grad=requires_grad)

    def fetch(self, handle: Handle) -> Any:
        """Return a kept object as plain data."""
        return self._request("value", target=handle.reference.number)

    def take(self, handle: Handle, count: int) -> list[Any]:
        """Return up to `count` next items of an iterator; fewer mean that it ended."""
        return self._request("next", target=handle.reference.number, count=count)

    def _request(self, op: str, args: tuple = (), kwargs: dict[str, Any] | None = None, **fields: Any) -> Any:
        sent = (self._unwrapped(args), self._unwrapped(kwargs or {}))
        reply = Reply(self._ask_other_side(op, args=sent[0], kwargs=sent[1], device=self._device, **fields))
        journal = self._journal
        journal.output.append(reply.output)
        journal.warnings = reply.warnings
        journal.uses += reply.uses
        if reply.changed is not None:
            if not fields.get("changes"):
                raise wire.WireError("changed arguments that nobody asked for")
            journal.changing((args, kwargs or {}))
            _write_back((args, kwargs or {}), reply.changed)
        if reply.error is not None:
            error = StudentError(reply.error, str(fields.get("name")))
            journal.answers.append(Answered(op, args, error))
            raise ReferenceFailed(str(error)) if self._expects else error
        journal.last = self._wrapped(reply.value)
        journal.answers.append(Answered(op, args, journal.last, reply.changed))
        return journal.last

    def _unwrapped(self, value: Any) -> Any:
        """Return a check's values as what the wire can carry."""
        if isinstance(value, Handle):
            if value._student._ask_other_side != self._ask_other_side:
                raise TypeError(f"{value!r} is kept on another side")
            return value.reference
        if type(value) in (list, tuple):
            return type(value)(self._unwrapped(item) for item in value)
        if type(value) is dict:
            return {key: self._unwrapped(item) for key, item in value.items()}
        return value

    def _wrapped(self, value: Any) -> Any:
        if isinstance(value, wire.Reference):
            return Handle(self, value)
        if type(value) in (list, tuple):
            return type(value)(self._wrapped(item) for item in value)
        if type(value) is dict:
            return {key: self._wrapped(item) for key, item in value.items()}
        return value


class Function:
    """A name of the other side's, to be called there."""

    def __init__(self, student: Student, target: int | None, name: str, shown: str | None = None):
        self._student, self._target, self.name, self._shown = student, target, name, shown or name

    @property
    def warnings(self) -> list[tuple[str, str]]:
        """What the last call on that side warned of: (category, message) pairs."""
        return self._student._journal.warnings

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it; the answer comes back as plain data, or as Handles."""
        return self._call(args, kwargs)

    def in_place(self, *args: Any, **kwargs: Any) -> Any:
        """Call it, and write into the arguments here what the call changed in them there.

        What they hold then is the student's word: compare it, and give it to no reference.
        """
        return self._call(args, kwargs, changes=True)

    def kept(self, *args: Any, **kwargs: Any) -> Handle:
        """Call it and keep the result on the other side, with all that hangs on it."""
        return self._call(args, kwargs, keep=True)

    def __repr__(self) -> str:
        return self.name

    def _call(self, args: tuple, kwargs: dict[str, Any], keep: bool = False, changes: bool = False) -> Any:
        journal = self._student._journal
        if self._target is None:
            journal.calls.append(self.name)
        journal.asking(self._shown, args, kwargs)
        return self._student._request(
            "call", args, kwargs, target=self._target, name=self.name, keep=keep, changes=changes,
            banned=list(journal.banned),
        )  # fmt: skip


class Handle:
    """An object that stays on the other side: `handle.step()` calls a method, `handle["grad"]` reads an attribute."""

    def __init__(self, student: Student, reference: wire.Reference):
        self._student, self.reference = student, reference

    def __getattr__(self, name: str) -> Function:
        if name.startswith("__"):
            raise AttributeError(name)
        return Function(self._student, self.reference.number, name, f"{self._made}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return Function(self._student, self.reference.number, "__call__", self._made)(*args, **kwargs)

    def __getitem__(self, name: str) -> Any:
        return self._student._request("get", target=self.reference.number, name=name, keep=False)

    def __setitem__(self, name: str, value: Any) -> None:
        self._student._request("set", args=(value,), target=self.reference.number, name=name)

    @property
    def _made(self) -> str:
        """How a reader would come to the object: MomentumSGD(...)."""
        return f"{inert(self.reference.type_name[:100]).rpartition('.')[2]}(...)"

    def is_a(self, base: str) -> bool:
        """Whether its type says that it has this base ("torch.nn.modules.module.Module")."""
        return base in self.reference.bases

    def __repr__(self) -> str:
        return f"<{inert(self.reference.type_name)}>"


def _copied(value: Any) -> Any:
    import numpy
    import torch

    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, numpy.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(map(_copied, value))
    if type(value) is dict:
        return {key: _copied(item) for key, item in value.items()}
    return value


def _write_back(mine: Any, theirs: Any) -> None:
    """Make the check's own arguments what the call made of its copies."""
    import numpy
    import torch

    if type(mine) is not type(theirs):
        return
    if isinstance(mine, torch.Tensor):
        mine.data = theirs
    elif isinstance(mine, numpy.ndarray) and mine.shape == theirs.shape and mine.dtype == theirs.dtype:
        numpy.copyto(mine, theirs)
    elif isinstance(mine, list | tuple) and len(mine) == len(theirs):
        for index, (old, new) in enumerate(zip(mine, theirs, strict=True)):
            if type(mine) is list and not isinstance(old, torch.Tensor | numpy.ndarray | list | dict):
                mine[index] = new
            _write_back(old, new)
    elif isinstance(mine, list):
        mine[:] = theirs
    elif isinstance(mine, dict):
        for key, new in theirs.items():
            if key in mine and isinstance(mine[key], torch.Tensor | numpy.ndarray | list | dict):
                _write_back(mine[key], new)
            else:
                mine[key] = new
        for key in mine.keys() - theirs.keys():
            del mine[key]
