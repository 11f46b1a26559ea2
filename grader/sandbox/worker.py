"""The child: holds one student's objects and answers calls. It shares its process with student code.

So it imports the wire and nothing else of the grader, and whatever it says is the student's word. The reference and
the oracle are served by the same `Service`, inside the grader, so that a call means the same on both sides.
"""

from __future__ import annotations

import gc
import linecache
import os
import socket
import sys
import tempfile
import types
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from grader.sandbox import bans, limits, wire
from grader.sandbox.arguments import Arguments
from grader.sandbox.decode import decode, loads
from grader.sandbox.encode import encode
from grader.sandbox.needs import Cells
from grader.sandbox.surroundings import (
    Output,
    baseline,
    captured,
    forget_the_checkout,
    recorded,
    refuse_other_processes,
    run_no_checks,
)  # fmt: skip
from grader.sandbox.watch import Watch, follow_threads

COMPILER, COMPILER_BACKEND = SLOW_PARTS = ("torch._dynamo", "torch._inductor.compile_fx")
"""Parts of torch that take seconds to import, which are no student's to spend."""

MAX_MESSAGE = 2000
MAX_FRAMES = 20
MAX_PROBLEMS = 5


class NotDefined(Exception):
    """The module has no such name."""


class Service:
    """Answers requests about the objects of one module: the student's in a worker, a reference's in the grader."""

    def __init__(self) -> None:
        self.module: types.ModuleType | None = None
        self.filename = ""
        self.objects: dict[int, Any] = {}
        self._put_back = baseline()

    def answer(self, request: dict[str, Any]) -> bytes:
        """Return the frame that answers a request; what the code behind it raised is part of the answer."""
        spoken, heard = Output(), []
        arguments = Arguments(request, self.revive)
        reply: dict[str, Any] = {"id": request["id"]}
        with captured(spoken), recorded(heard), self._put_back():
            try:
                # a student's code may raise anything, SystemExit and KeyboardInterrupt among it
                value = getattr(self, "do_" + request["op"])(arguments, request)
                reply["value"] = value
            except BaseException as error:
                reply["error"] = describe(error, self.filename)
            beside = {"changed": arguments.changed(), "uses": arguments.uses}
        beside |= {"output": spoken.text(), "warnings": heard}
        reply |= {name: said for name, said in beside.items() if said}
        return self._encoded(reply, arguments)

    def _encoded(self, reply: dict[str, Any], arguments: Arguments) -> bytes:
        try:
            return encode(reply, self.keep, arguments.shares)
        except wire.TooLarge as error:
            reason = {"types": ["grader.TooLarge"], "message": str(error), "frames": []}
            return encode({"id": reply["id"], "error": reason})

    def keep(self, value: Any) -> wire.Reference | wire.Opaque:
        """Return what travels in place of an object that cannot."""
        for base, kind in (("torch", "Tensor"), ("numpy", "ndarray")):
            library = sys.modules.get(base)
            if library is not None and isinstance(value, getattr(library, kind)):
                return wire.Opaque(f"{kind} subclass {type(value).__name__}"[:100])
        return self.hold(value)

    def hold(self, value: Any) -> wire.Reference:
        """Keep an object here, whatever it is, and return its number."""
        number = len(self.objects) + 1
        self.objects[number] = value
        bases = tuple(_type_name(base) for base in type(value).__mro__[:20])
        return wire.Reference(number, _type_name(type(value)), bases)

    def revive(self, value: Any, device: str | None) -> Any:
        """Return what a decoded value stands for here: its objects, its tensors on `device`."""
        import torch

        match value:
            case torch.Tensor():
                if device is not None and device.startswith("cuda"):
                    limits.limit_gpu()
                return value.to(device) if device else value
            case list():
                return [self.revive(item, device) for item in value]
            case tuple():
                return tuple(self.revive(item, device) for item in value)
            case dict():
                return {key: self.revive(item, device) for key, item in value.items()}
            case wire.Reference():
                return self.objects[value.number]
            case wire.Generator():
                return torch.Generator(device=device or "cpu").manual_seed(value.seed)
            case wire.Build():
                return eval(value.source, {"torch": torch, "nn": torch.nn})
        return value

    def do_canary(self, arguments: Arguments, request: dict) -> Any:
        """Answer a question of the grader's own, to show that this process works."""
        return arguments.values[0] * 2 + 1

    def do_devices(self, arguments: Arguments, request: dict) -> list[str]:
        import torch

        return ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]

    def do_references(self, arguments: Arguments, request: dict) -> bytes:
        """Return what the source uses of the banned, without running it; see `bans.packed`."""
        cells, homes = request.get("cells", ()), request.get("homes", ())
        return bans.packed(bans.references(_source(request), request.get("banned", ()), cells, homes))

    def do_load(self, arguments: Arguments, request: dict) -> Any:
        """Run the module; what it defined before an error stays. Of a notebook, return what could not be used of it."""
        source, name, self.filename = _source(request), request["name"], request["filename"]
        self.module = sys.modules[name] = types.ModuleType(name)
        self.module.__file__ = self.filename
        linecache.cache[self.filename] = (len(source), None, source.splitlines(keepends=True), self.filename)
        if request.get("cells"):
            self.module.display = _show_nothing  # as Jupyter's, which needs no import
            problems = Cells(source, request["cells"], request.get("homes", ()), self.module).problems
            return [len(problems), *(describe(problem, self.filename) for problem in problems[:MAX_PROBLEMS])]
        code = compile(source, self.filename, "exec", dont_inherit=True)
        exec(code, self.module.__dict__)
        return None

    def do_call(self, arguments: Arguments, request: dict) -> Any:
        """Call a function of the module's, or of an object's; `keep` leaves the result here, as a reference."""
        function = self._attribute(request)
        if request.get("banned"):
            with Watch(tuple(request["banned"]), self.filename) as watch:
                try:
                    value = function(*arguments.values, **arguments.named)
                finally:
                    arguments.uses = [list(use) for use in watch.uses]
        else:
            value = function(*arguments.values, **arguments.named)
        return self.hold(value) if request.get("keep") else value

    def do_get(self, arguments: Arguments, request: dict) -> Any:
        value = self._attribute(request)
        return self.hold(value) if request.get("keep") else value

    def do_set(self, arguments: Arguments, request: dict) -> None:
        setattr(self.objects[request["target"]], request["name"], arguments.values[0])

    def do_value(self, arguments: Arguments, request: dict) -> Any:
        """Return a kept object itself."""
        return self.objects[request["target"]]

    def do_keep(self, arguments: Arguments, request: dict) -> Any:
        """Keep a value on this side; `requires_grad` makes a leaf of a tensor."""
        value = arguments.values[0]
        return self.hold(value.requires_grad_() if request.get("requires_grad") else value)

    def do_next(self, arguments: Arguments, request: dict) -> list:
        """Return up to `count` next items of an iterator; fewer mean that it ended."""
        iterator = iter(self.objects[request["target"]])
        return [item for _, item in zip(range(request["count"]), iterator, strict=False)]

    def _attribute(self, request: dict) -> Any:
        if request.get("target") is not None:
            return getattr(self.objects[request["target"]], request["name"])
        try:
            return getattr(self.module, request["name"])
        except AttributeError:
            raise NotDefined(request["name"]) from None


def _source(request: dict[str, Any]) -> str:
    """Return the text of a file, which travels as bytes: in JSON a character may take twelve of them."""
    return request["source"].decode("utf-8")


def _show_nothing(*_: object, **__: object) -> None:
    """Stand in for Jupyter's display()."""


def describe(error: BaseException, filename: str) -> dict[str, Any]:
    """Return an exception as data: its types, its bounded message, and the student's own lines, innermost last."""
    try:
        message = str(str(error))[:MAX_MESSAGE]
    except BaseException:
        message = "(its message cannot be read)"
    frames, traceback = [], error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == filename:
            frames.append([traceback.tb_lineno, str(code.co_name)[:100]])
        traceback = traceback.tb_next
    types_ = [_type_name(base) for base in type(error).__mro__[:20]]
    description = {"types": types_, "message": message, "frames": frames[-MAX_FRAMES:]}
    if isinstance(error, SyntaxError) and error.filename == filename:
        text = error.text if type(error.text) is str else ""
        description["syntax"] = [error.lineno or 0, error.offset or 0, text[:200], str(error.msg)[:200]]
    return description


def _type_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"[:200]


def serve(line: socket.socket) -> None:
    """Answer the requests that come in, until the line is closed."""
    refuse_other_processes()
    forget_the_checkout()
    run_no_checks()
    follow_threads()
    service = Service()
    while True:
        try:
            header, body = wire.receive(line)
        except EOFError:
            return
        request = decode(header, body, request=True)
        wire.send(line, service.answer(request))


def rehearse() -> None:
    """Answer each common kind of request once, so that no worker forked from here is slowed by the first time."""
    import torch

    service, source = Service(), b"import torch\n\n\ndef f(x):\n    return x * 2\n"
    named = {"source": source, "name": "rehearsal", "filename": "rehearsal.py", "banned": ["torch.relu"]}
    call = {"target": None, "name": "f", "args": (torch.ones(2),), "kwargs": {}, "device": "cpu", "keep": False}
    for request in ({"op": "canary", "args": (torch.ones(2),)}, {"op": "references"} | named, {"op": "load"} | named,
                    {"op": "call", "banned": []} | call, {"op": "call", "banned": ["torch.relu"]} | call):  # fmt: skip
        frame = encode({"id": 1} | request)
        loads(service.answer(loads(frame, request=True)))
    del sys.modules["rehearsal"]
    linecache.clearcache()


def preload(part: str) -> None:
    """Import one of torch's slow parts. What cannot be imported is left to the student's code, which will say why."""
    tempfile.tempdir = os.sep  # one names a folder for later; in a bubble, where nothing can be written, none is found
    with suppress(Exception):
        if part == COMPILER:
            import torch._dynamo
        else:
            import torch._inductor.compile_fx  # noqa: F401
    tempfile.tempdir = None


def main(*parts: str) -> None:
    """Serve as a process of its own, started without a fork, with these slow parts of torch."""
    line = wire.inherited_line()
    _get_ready(line, parts)
    limits.limit(limits.memory_limit())
    serve(line)


def _get_ready(line: socket.socket, parts: Iterable[str]) -> None:
    """Import what every call needs, then tell the parent that this process is ready."""
    gc.disable()  # as in the zygote
    import numpy  # noqa: F401
    import torch

    torch.set_num_threads(1)
    for part in parts:
        preload(part)
    gc.freeze()
    gc.enable()
    wire.silence()
    wire.send(line, encode("ready"))
