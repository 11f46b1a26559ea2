"""Lay out the folders of a new exercise, with a TODO wherever its author has to write."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2

from grader import paths
from grader.errors import BrokenCourse
from grader.i18n import both
from grader.verify_files import ACCEPTED, MISTAKES

_NAME = re.compile(r"(?:exercise)?(\d{1,3})")
_SLUG = re.compile(r"[a-z][a-z0-9_]*")

_STUB_BODY = '# TODO: how many lines, and what is not allowed.\n    raise NotImplementedError("{name}: {slug}")'


def lay_out(name: str, slug: str) -> list[Path]:
    """Write the folders of `exercise25`, and return their files; BrokenCourse where that is not possible."""
    files = _files(_number(name), _slug(slug))
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)


def _number(name: str) -> int:
    match = _NAME.fullmatch(name)
    if match is None or int(match[1]) == 0:
        raise BrokenCourse(both("'{name}' names no exercise; write it as exercise25", name=name))
    number = int(match[1])
    if not paths.solutions().is_dir():
        raise BrokenCourse(both("no course here: go to the folder that holds exercises/, solutions/ and tests/"))
    for folder in paths.exercises().glob(f"exercise{number:02d}_*"):
        raise BrokenCourse(both("{name} exists: {folder}", name=f"exercise{number:02d}", folder=folder))
    return number


def _slug(slug: str) -> str:
    if not _SLUG.fullmatch(slug):
        raise BrokenCourse(both("'{slug}' is no name for a topic; write it as my_topic, in small letters", slug=slug))
    for folder in paths.exercises().glob("exercise*"):
        if folder.name.partition("_")[2] == slug:
            raise BrokenCourse(both("{slug} is taken: {folder}", slug=slug, folder=folder))
    return slug


def _files(number: int, slug: str) -> dict[Path, str]:
    name = f"exercise{number:02d}"
    folder = f"{name}_{slug}"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.templates() / "exercise"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )

    def text(template: str, body: str = "") -> str:
        return environment.get_template(template).render(name=name, number=number, slug=slug, body=body)

    public, hidden = paths.exercises() / folder, paths.hidden_checks() / folder
    answer = 'raise NotImplementedError("TODO: write the {which}")'
    return {
        public / "README.md": text("README.md"),
        public / "README.ko.md": text("README.ko.md"),
        public / f"{name}.py": text("stub.py", _STUB_BODY.format(name=name, slug=slug)),
        public / f"test_{name}.py": text("test_public.py"),
        paths.solutions() / folder / f"{name}.py": text("stub.py", answer.format(which="reference")),
        hidden / f"test_{name}.py": text("test_hidden.py"),
        hidden / "oracle.py": text("stub.py", answer.format(which="oracle: the same another way")),
        **{hidden / "mistakes" / f"mistake{n:02d}.py": text("mistake.py") for n in range(1, MISTAKES + 1)},
        **{hidden / "accepted" / f"accepted{n:02d}.py": text("accepted.py") for n in range(1, ACCEPTED + 1)},
    }
