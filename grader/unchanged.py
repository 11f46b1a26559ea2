"""Which checks can say something new of an answer: `grade verify` runs the others once for all answers that are alike.

A check looks at some of the exercise's functions. Where two files have these functions in common, and all that they
use of their file, the check says the same of both.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

Key = tuple[str, str]
"""A check, and all that it sees of an answer, as text."""

class Answers:
    """Tells which answers of an exercise are alike to which of its checks."""

    def __init__(self, stub: Path, check_files: Iterable[Path]):
        names = set(_File(stub.read_text(encoding="utf-8")).definitions)
        self.looks_at = {
            check: frozenset(file.words(check) & names)
            for file in (_File(path.read_text(encoding="utf-8")) for path in check_files)
            for check in file.definitions
            if check.startswith("test_")
        }

    def keys(self, answer: str) -> dict[str, Key]:
        """Return for each check what it sees of an answer's source. What is alike for two answers is equal."""
        file = _File(answer)
        texts = {names: file.text(names) for names in {*self.looks_at.values()}}
        return {check: (check, texts[names]) for check, names in self.looks_at.items()}


class _File:
    """A file's definitions and what stands between them, which all of them may use."""

    def __init__(self, source: str):
        self.definitions: dict[str, list[ast.stmt]] = {}
        self._between: list[ast.stmt] = []
        self._read: dict[ast.stmt, tuple[str, set[str]]] = {}
        """Of each statement that was looked at: what it is, as text, and the identifiers in it."""
        for node in ast.parse(source).body:
            names = _defined(node)
            for name in names:
                self.definitions.setdefault(name, []).append(node)
            if not names and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                self._between.append(node)

    def words(self, name: str) -> set[str]:
        """Return every name that a definition could use, by itself or through others of the file."""
        return set().union(*(self._of(node)[1] for node in self._used([name])))

    def text(self, names: Iterable[str]) -> str:
        """Return these definitions, with all that they use of the file; the whole file where one is no definition."""
        known = self.definitions.keys() >= set(names)
        nodes = self._used(names if known else self.definitions)
        return "\n".join(self._of(node)[0] for node in nodes)

    def _used(self, names: Iterable[str]) -> list[ast.stmt]:
        nodes, waiting, found = list(self._between), sorted(names), set()
        waiting += self._words(self._between)
        while waiting:
            name = waiting.pop(0)
            if name in self.definitions and name not in found:
                found.add(name)
                nodes += self.definitions[name]
                waiting += self._words(self.definitions[name])
        return nodes

    def _words(self, nodes: list[ast.stmt]) -> list[str]:
        return sorted(set().union(*(self._of(node)[1] for node in nodes)))

    def _of(self, node: ast.stmt) -> tuple[str, set[str]]:
        if node not in self._read:
            self._read[node] = ast.dump(node), _words(node)
        return self._read[node]


def _defined(node: ast.stmt) -> list[str]:
    """Return the names that a statement gives a meaning, where it does nothing else."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets):
        return [target.id for target in node.targets]
    return []


def _words(node: ast.AST) -> set[str]:
    """Return the identifiers in a piece of code, those that are spelled out in strings too."""
    parts = [*ast.walk(node)]
    found = {part.id for part in parts if isinstance(part, ast.Name)}
    found |= {part.attr for part in parts if isinstance(part, ast.Attribute)}
    return found | {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
