"""What an exercise's files must be like, told by reading them; nothing of them runs here but their examples.

Each law yields a line for everything that breaks it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from grader import paths
from grader.i18n import both
from grader.mistakes import KINDS, header, hidden, samples
from grader.records import Exercise, Text

MISTAKES, ACCEPTED = 10, 5
"""How many wrong and right answers an exercise has at least."""

_KOREAN = re.compile("[가-힣]")
_HIDDEN_FIXTURE = "reference"
_LIBRARIES = {"torch", "numpy", "pytest"}


def equivalents(exercise: Exercise) -> Path:
    """Return the file that says which mutants of the reference are no mistakes, and why; it need not be there."""
    return hidden(exercise) / "equivalent.toml"


def file_problems(exercise: Exercise) -> Iterator[Text]:
    """Yield what is wrong with an exercise's files."""
    missing = [path for path in _wanted(exercise) if not path.is_file()]
    yield from (both("{file} is missing", file=place(path)) for path in missing)
    yield from _stray(exercise)
    yield from _too_few(exercise)
    sources = [path for path in _all_files(exercise) if path.suffix == ".py"]
    unreadable = {path: problem for path in sources if (problem := _unreadable(path))}
    yield from unreadable.values()
    if missing or unreadable:
        return
    yield from _left_to_do(exercise)
    yield from _disagreements(exercise)
    yield from _words(exercise)
    yield from _leaks(exercise)


def public_files(exercise: Exercise) -> list[Path]:
    """Return the four files of an exercise that students get."""
    folder = exercise.stub.parent
    return [folder / "README.md", folder / "README.ko.md", exercise.stub, exercise.public_checks]


def public_problems(exercise: Exercise) -> Iterator[Text]:
    """Yield what keeps an exercise from being handed out; of what is hidden, nothing has to be there."""
    public = public_files(exercise)
    missing = [path for path in public if not path.is_file()]
    yield from (both("{file} is missing", file=place(path)) for path in missing)
    linked = [path for path in public if path.is_symlink() or path.parent.is_symlink()]
    for path in linked:
        yield both("{file} is a link; only files of the folder's own are handed out", file=place(path))
    sources = [path for path in (exercise.stub, exercise.public_checks) if path not in missing]
    unreadable = [problem for path in sources if (problem := _unreadable(path))]
    yield from unreadable
    if not missing and not unreadable:
        yield from _leaks(exercise)
        yield from _filled_in(exercise.stub)


def place(path: Path) -> str:
    """Return a path as a line of `grade verify` names it: from the course's root."""
    root = paths.root()
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def _wanted(exercise: Exercise) -> list[Path]:
    folder, file = hidden(exercise), exercise.stub.name
    solution = paths.solutions() / exercise.stub.parent.name / file
    return [*public_files(exercise), solution, folder / f"test_{file}", folder / "oracle.py"]


def _all_files(exercise: Exercise) -> list[Path]:
    return [path for path in _wanted(exercise) if path.is_file()] + [
        path for kind in ("mistakes", "accepted") for path in samples(exercise, kind)
    ]


def _stray(exercise: Exercise) -> Iterator[Text]:
    folder = hidden(exercise)
    wanted = {*_all_files(exercise), folder / "mistakes", folder / "accepted", equivalents(exercise)}
    for folder in {path.parent for path in _wanted(exercise)} | {path for path in wanted if path.is_dir()}:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path not in wanted and path.name != "__pycache__":
                yield both("{file} has no business there", file=place(path))


def _too_few(exercise: Exercise) -> Iterator[Text]:
    for kind, least in (("mistakes", MISTAKES), ("accepted", ACCEPTED)):
        found = len(samples(exercise, kind))
        if found < least:
            folder = place(hidden(exercise) / kind)
            yield both("{folder} holds {found} answers; at least {least} are wanted", folder=folder, found=found,
                       least=least)  # fmt: skip


def _unreadable(path: Path) -> Text | None:
    try:
        _parsed(path)
    except (SyntaxError, UnicodeDecodeError) as error:
        return both("{file} is no Python: {error}", file=place(path), error=error)
    return None


def _parsed(path: Path) -> ast.Module:
    return _tree(path.read_text(encoding="utf-8"))


_tree = cache(ast.parse)


def _left_to_do(exercise: Exercise) -> Iterator[Text]:
    """In a stub, TODO in a comment speaks to the student; anywhere else it is left over."""
    for path in _all_files(exercise):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if "TODO" in line and not (path == exercise.stub and line.lstrip().startswith("# TODO")):
                yield both("{file}:{line}: there is a TODO left", file=place(path), line=number)


def _disagreements(exercise: Exercise) -> Iterator[Text]:
    stub = _interface(exercise.stub)
    if not stub:
        yield both("{file} defines no function", file=place(exercise.stub))
    for path in (exercise.solution, exercise.oracle):
        theirs = _interface(path)
        for name in stub.keys() | theirs.keys():
            if stub.get(name) != theirs.get(name):
                yield both("{file}: {name} is not as in the stub (name, signature, docstring)", file=place(path), name=name)


def _interface(path: Path) -> dict[str, tuple[str, str | None]]:
    """Return the signature and the docstring of each public function, class and method."""
    found: dict[str, tuple[str, str | None]] = {}

    def add(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            own = isinstance(node, ast.FunctionDef | ast.ClassDef) and (
                not node.name.startswith("_") or prefix and node.name == "__init__"
            )
            if own and isinstance(node, ast.FunctionDef):
                result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
                found[prefix + node.name] = (f"({ast.unparse(node.args)}){result}", ast.get_docstring(node))
            elif own:
                found[prefix + node.name] = ("class", ast.get_docstring(node))
                add(node.body, f"{node.name}.")

    add(_parsed(path).body, "")
    return found


def _words(exercise: Exercise) -> Iterator[Text]:
    """Everything that a student reads is there in both languages."""
    for path in (exercise.public_checks, exercise.hidden_checks):
        for check in _checks(path):
            at = {"file": place(path), "line": check.lineno}
            title, _, korean = (ast.get_docstring(check) or "").partition("\n\nko:")
            if not title or not _KOREAN.search(korean):
                yield both("{file}:{line}: the title is not there in both languages", **at)
            hints = [node for node in check.decorator_list if _name(node) == "hint"]
            if not any(map(_is_bilingual, hints)):
                yield both("{file}:{line}: the hint is not there in both languages", **at)
    for path in samples(exercise, "mistakes"):
        said = header(path)
        if not said.get("en") or not _KOREAN.search(said.get("ko", "")):
            yield both("{file}:{line}: the diagnosis is not there in both languages", file=place(path), line=1)
        if (kind := said.get("kind", "")) not in KINDS:
            yield both("{file}: '{kind}' is no kind of mistake; grader/mistakes.py lists them", file=place(path),
                       kind=kind)  # fmt: skip
    if not _KOREAN.search((exercise.stub.parent / "README.ko.md").read_text(encoding="utf-8")):
        yield both("{file} is not in Korean", file=place(exercise.stub.parent / "README.ko.md"))


def _checks(path: Path) -> list[ast.FunctionDef]:
    return [node for node in _parsed(path).body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def _name(node: ast.expr) -> str:
    return getattr(getattr(node, "func", None), "id", "")


def _is_bilingual(hint: ast.Call) -> bool:
    """Whether each step of a hint is there in English and in Korean."""
    given = next((keyword.value for keyword in hint.keywords if keyword.arg == "ko"), None)
    korean = given.elts if isinstance(given, ast.Tuple) else [given]
    words = [str(step.value) if isinstance(step, ast.Constant) else "" for step in korean]
    return len(words) == len(hint.args) and all(map(_KOREAN.search, words))


def _leaks(exercise: Exercise) -> Iterator[Text]:
    """The public folder can be published as it stands: it imports and names nothing hidden."""
    for path in (exercise.stub, exercise.public_checks):
        for node in ast.walk(_parsed(path)):
            names = {ast.Import: lambda n: [alias.name for alias in n.names], ast.ImportFrom: lambda n: [n.module or "."]}
            for module in names.get(type(node), lambda n: [])(node):
                if module != "grader.checks" and module.split(".")[0] not in _LIBRARIES | sys.stdlib_module_names:
                    yield both("{file}:{line}: imports {module}, which students do not have", file=place(path),
                               line=node.lineno, module=module)  # fmt: skip
            if isinstance(node, ast.arg) and node.arg == _HIDDEN_FIXTURE:
                yield both("{file}:{line}: uses the reference, which students do not have", file=place(path),
                           line=node.lineno)  # fmt: skip
    for path in public_files(exercise):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\b(solutions/|tests/checks|oracle\.py|mistakes/|accepted/)", line):
                yield both("{file}:{line}: names a hidden file", file=place(path), line=number)


def _filled_in(stub: Path) -> Iterator[Text]:
    """A function of a stub says that it is not written yet; one that does not was tried out there by its author."""
    for node in ast.walk(_parsed(stub)):
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        if isinstance(node, ast.FunctionDef) and "NotImplementedError" not in names:
            yield both("{file}: {function} is filled in; bring the stub back", file=place(stub), function=node.name)
