"""What is shipped: the student's half of the course, and nothing of the instructor's.

Everything is built from a copy of the checkout as git sees it, and the wheel is tried
in a virtual environment of its own, from an empty folder.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PO = Path("locale/ko/LC_MESSAGES/grader.po")
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def run(*command, cwd, expect=0, **more):
    """Run a command and return its standard output; an unexpected exit code shows everything."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, encoding="utf-8", **more
    )
    assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of all files that git tracks or would track, with some litter of daily work."""
    copy = tmp_path_factory.mktemp("checkout")
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    for folder in (copy / "grader", copy / "templates", *(copy / "exercises").iterdir()):
        (folder / "__pycache__").mkdir()
        (folder / "__pycache__" / "litter.cpython-311.pyc").write_bytes(b"litter")
        (folder / "exercise03.html").write_text("litter")
    return copy


@pytest.fixture(scope="module")
def built(checkout, tmp_path_factory):
    """A folder with the sdist, and the wheel made out of that sdist."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, cwd=checkout)
    return out


@pytest.fixture(scope="module")
def sdist(built):
    """The sdist's files: name without the leading folder -> bytes."""
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        return {
            member.name.partition("/")[2]: archive.extractfile(member).read()
            for member in archive
            if member.isfile()
        }


@pytest.fixture(scope="module")
def wheel(built):
    """The wheel's files: name -> bytes."""
    (path,) = built.glob("*.whl")
    return contents(path)


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def files_below(checkout, folder):
    """Paths of all files in a folder as strings, without the litter."""
    paths = (path.relative_to(checkout).as_posix() for path in (checkout / folder).rglob("*") if path.is_file())
    return {path for path in paths if "__pycache__" not in path and not path.endswith("exercise03.html")}


def secret_lines():
    """The three longest lines that no student ever sees, of each reference, oracle and hidden check."""
    shown = "\n".join(path.read_text("utf-8") for path in (ROOT / "exercises").rglob("*.py"))
    secrets = {}
    for path in [*ROOT.glob("solutions/*/*.py"), *ROOT.glob("tests/checks/*/*.py")]:
        source = path.read_text("utf-8")
        lines = source.splitlines()
        functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
        bodies = {line.strip() for node in functions for line in lines[node.lineno : node.end_lineno]}
        secrets[path] = sorted((line for line in bodies if line not in shown), key=len)[-3:]
    return secrets


def test_every_exercise_has_secrets_to_look_for():
    solved = {path.parent.name for path in secret_lines() if "solutions" in path.parts}
    assert solved == {path.name for path in (ROOT / "exercises").glob("exercise*")}
    assert all(len(line) > 20 for lines in secret_lines().values() for line in lines[-1:])


@pytest.mark.parametrize("kind", ["sdist", "wheel"])
def test_nothing_of_the_instructor_is_shipped(kind, request):
    files = request.getfixturevalue(kind)
    hidden = {"solutions", "tests", "oracle.py", "mistakes", "accepted", "submissions"}
    assert not [name for name in files if hidden & set(name.split("/"))]
    for path, lines in secret_lines().items():
        leaks = [name for name, data in files.items() if any(line.encode() in data for line in lines)]
        assert not leaks, f"a line of {path.relative_to(ROOT)} is in {leaks}"


@pytest.mark.parametrize("kind", ["sdist", "wheel"])
def test_no_litter_is_shipped(kind, request):
    files = request.getfixturevalue(kind)
    assert not [name for name in files if "litter" in name or name.endswith((".pyc", "exercise03.html"))]


def test_the_wheel_carries_the_package_and_its_data(checkout, wheel):
    for folder, place in [("grader", ""), ("exercises", "grader/_data/"), ("templates", "grader/_data/")]:
        wanted = {place + name for name in files_below(checkout, folder)}
        assert wanted and wanted <= set(wheel)
    assert wheel["grader/_data/locale/ko/LC_MESSAGES/grader.mo"][:4] == b"\xde\x12\x04\x95"
    assert not [name for name in wheel if name.endswith(".po")]
    outside = {name.split("/")[0] for name in wheel} - {"grader"}
    assert [top for top in outside if not top.endswith(".dist-info")] == []


def test_the_sdist_carries_what_a_wheel_is_made_of(checkout, sdist):
    wanted = set().union(*(files_below(checkout, folder) for folder in ("grader", "exercises", "templates")))
    assert wanted | {PO.as_posix(), "pyproject.toml", "hatch_build.py"} <= set(sdist)
    assert not [name for name in sdist if name.endswith(".mo")]


def test_a_wheel_made_without_an_sdist_is_the_same(checkout, wheel, tmp_path):
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, cwd=checkout)
    (path,) = tmp_path.glob("*.whl")
    assert contents(path) == wheel


def test_an_editable_install_copies_nothing(checkout, tmp_path):
    build = "import sys, hatchling.build as backend; print(backend.build_editable(sys.argv[1]))"
    name = run(sys.executable, "-c", build, tmp_path, cwd=checkout).split()[-1]
    files = contents(tmp_path / name)
    info = "torchgrade-0.1.0.dist-info/"
    assert [name for name in files if not name.startswith(info)] == ["_torchgrade.pth"]
    assert Path(files["_torchgrade.pth"].decode()) == checkout
    assert (checkout / PO).with_suffix(".mo").is_file(), "an editable install compiles the translations in place"


def test_a_build_without_translations_says_what_is_missing(checkout, tmp_path):
    copy = shutil.copytree(checkout, tmp_path / "checkout")
    (copy / PO).unlink()
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert done.returncode != 0
    assert "locale/ko/LC_MESSAGES/grader.po is missing" in done.stdout + done.stderr


class Installed:
    """The wheel, alone in a virtual environment; `grade` runs there from an empty folder."""

    def __init__(self, built, home):
        self.home = home
        self.env_dir = home / "env"
        (wheel,) = built.glob("*.whl")
        venv.create(self.env_dir, with_pip=False)
        self.python = self.env_dir / SCRIPTS / "python"
        pip = [sys.executable, "-m", "pip", "--python", self.python, "--disable-pip-version-check"]
        run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=home)
        self.site = Path(sysconfig.get_path("purelib", "venv", {"base": str(self.env_dir)}))
        # The dependencies are borrowed. Python only adds this path; it does not read the .pth
        # files there, so that the editable install of the checkout stays out of reach.
        borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        (self.site / "borrowed.pth").write_text("\n".join(sorted(borrowed)), "utf-8")

    def environment(self):
        """The environment of a person who has just logged in."""
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TMPDIR", "TEMP", "TMP") if name in os.environ}
        path = os.pathsep.join([str(self.env_dir / SCRIPTS), os.defpath])
        return kept | {"PATH": path, "HOME": str(self.home), "LANG": "C.UTF-8", "PYTHONUTF8": "1"}

    def grade(self, *words, cwd, expect=0):
        return run(self.env_dir / SCRIPTS / "grade", *words, cwd=cwd, expect=expect, env=self.environment())


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    return Installed(built, tmp_path_factory.mktemp("home"))


@pytest.fixture
def desk(installed, tmp_path):
    """A folder that holds nothing but the stub of exercise03."""
    (stub,) = (installed.site / "grader/_data/exercises").glob("exercise03_*/exercise03.py")
    shutil.copy(stub, tmp_path)
    return tmp_path


def test_the_installed_package_is_the_wheel_and_not_the_checkout(installed, tmp_path):
    where = "import grader, torch; print(grader.__file__)"
    found = run(installed.python, "-c", where, cwd=tmp_path, env=installed.environment())
    assert Path(found.strip()).is_relative_to(installed.site)


def test_the_installed_command_lists_the_exercises(installed, tmp_path):
    listed = installed.grade("list", cwd=tmp_path)
    for path in (ROOT / "exercises").glob("exercise*"):
        assert path.name.split("_")[0] in listed
    assert list(tmp_path.iterdir()) == []


def test_the_installed_command_grades_by_the_public_checks(installed, desk):
    record = json.loads(installed.grade("exercise03", "--json", cwd=desk, expect=1))
    assert record["status"] == "graded"
    assert (record["score"], record["max_score"]) == (0, 3.5)
    assert record["not_run_points"] == 6.5
    assert record["checks"] and all(check["public"] for check in record["checks"])


def test_the_installed_command_writes_the_report_and_speaks_korean(installed, desk):
    english = installed.grade("exercise03", "--lang", "en", "--report", "mine.html", cwd=desk, expect=1)
    assert "</html>" in (desk / "mine.html").read_text("utf-8")
    korean = installed.grade("exercise03", "--lang", "ko", cwd=desk, expect=1)
    assert not re.search("[가-힣]", english) and re.search("[가-힣]", korean)
    with (ROOT / PO).open("rb") as po:
        phrases = [message for message in read_po(po) if message.id and isinstance(message.id, str)]
    said = [m.id for m in phrases if m.string and m.id in english and m.string in korean]
    assert said, "no phrase of the Korean catalogue came out of the installed command"
