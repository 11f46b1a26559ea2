"""`grade new` and `grade verify`: a new exercise is sound once its TODOs are filled, and each broken law is a line."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from grader import catalogue
from grader.errors import BrokenCourse
from grader.scaffold import lay_out
from grader.survivors import survey
from grader.verify import problems

from ..living import descendants
from .terminal import GRADE, gone, until

RIGHT = "return 2 * x"
WRONG = {
    "values": ["return 3 * x", "return x + 2", "return x * x", "return -2 * x", "return 2 * x + 1", "return 2 * x.abs()"],
    "example": ["return 2.001 * x"],
    "keeps_dtype": ["return (2 * x).double()"],
    "leaves_input": ["return x.mul_(2)", "return x.add_(x)"],
}
ACCEPTED = ["return x + x", "return x.mul(2)", "return x / 0.5", "return 3 * x - x", "y = x.clone()\n    y += x\n    return y"]


def fill(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, (path, old)
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course whose only exercise was laid out by `grade new exercise25 my_topic` and then written."""
    monkeypatch.chdir(tmp_path)
    for folder in ("exercises", "solutions", "tests/checks"):
        Path(folder).mkdir(parents=True)
    Path("pyproject.toml").write_text("[tool.grade]\n")
    files = lay_out("exercise25", "my_topic")
    bodies = [(check, body) for check, wrong in WRONG.items() for body in wrong]
    answers = iter(ACCEPTED)
    for path in files:
        match path.parent.name, path.name:
            case "mistakes", _:
                check, body = bodies.pop(0)
                fill(path, ("test_my_topic_values", f"test_my_topic_{check}"), ("TODO: tell", "Tell"), ("TODO: 무엇", "무엇"),
                     ("TODO: one of KINDS in grader/mistakes.py", "none"),
                     ('raise NotImplementedError("TODO: a wrong answer that students give")', body))  # fmt: skip
            case "accepted", _:
                fill(path, ("TODO: ", ""), ('raise NotImplementedError("another right answer")', next(answers)))
            case _, "exercise25.py" | "oracle.py":
                text = path.read_text(encoding="utf-8")
                text = text.replace("    TODO: what it prints", "    tensor([2., 4.])")
                text = re.sub(r'raise NotImplementedError\("TODO: .*', RIGHT, text)
                path.write_text(re.sub(r"(?<!# )TODO: ", "", text), encoding="utf-8")
            case _:
                text = path.read_text(encoding="utf-8").replace("TODO: ", "").replace("wanted = torch.tensor([1.0", "wanted = torch.tensor([2.0")
                path.write_text(text.replace("2.0, 2.0", "2.0, 4.0"), encoding="utf-8")
    assert not bodies
    return tmp_path


def lines(launcher):
    found = problems("exercise25", launcher)
    assert all(text.ko != text.en for text in found)
    return [text.en for text in found]


def test_a_new_exercise_is_sound_as_soon_as_its_todos_are_filled(course, launcher):
    assert lines(launcher) == []


def test_a_new_exercise_says_of_every_todo_where_it_is(tmp_path, monkeypatch, launcher):
    monkeypatch.chdir(tmp_path)
    for folder in ("exercises", "solutions", "tests/checks"):
        Path(folder).mkdir(parents=True)
    Path("pyproject.toml").write_text("[tool.grade]\n")
    files = lay_out("25", "my_topic")
    said = lines(launcher)
    assert "exercises/exercise25_my_topic/README.md:1: there is a TODO left" in said
    assert {line.partition(":")[0] for line in said if "TODO left" in line} == {str(p.relative_to(tmp_path)) for p in files}
    assert catalogue.find("my_topic").name == "exercise25"


@pytest.mark.parametrize(
    "name, slug, said",
    [
        ("exercise25", "another", "exercise25 exists"), ("25", "another", "exercise25 exists"),
        ("exercise26", "my_topic", "my_topic is taken"), ("lesson2", "other", "'lesson2' names no exercise"),
        ("0", "other", "'0' names no exercise"), ("../26", "other", "names no exercise"),
        ("26", "My-Topic", "'My-Topic' is no name for a topic"), ("26", "../x", "is no name for a topic"),
        ("26", "", "is no name for a topic"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(course, name, slug, said):
    before = sorted(course.rglob("*"))
    with pytest.raises(BrokenCourse, match=said):
        lay_out(name, slug)
    assert sorted(course.rglob("*")) == before


PUBLIC, HIDDEN = "exercises/exercise25_my_topic/", "tests/checks/exercise25_my_topic/"
SOLUTION = "solutions/exercise25_my_topic/exercise25.py"

# what is changed (file, old text, new text), and the line that says so
BROKEN = {
    "points that add up to something else":
        (HIDDEN + "test_exercise25.py", "@points(3)", "@points(4)", "the points add up to 11, not to 10"),
    "too few public points": (PUBLIC + "test_exercise25.py", "@points(3)", "@points(1)", "1 points are public"),
    "a stub that earns": (PUBLIC + "exercise25.py", "raise NotImplementedError", "return 2 * x  #", "is the stub, and"),
    "a reference that the oracle contradicts":
        (SOLUTION, RIGHT, "return 2.01 * x", SOLUTION + " is right, and test_my_topic_example says failed"),
    "an accepted answer that is wrong":
        (HIDDEN + "accepted/accepted01.py", "x + x", "x + 3 * x", "accepted01.py is right, and test_my_topic_example says failed"),
    "a mistake that names a check that it passes":
        (HIDDEN + "mistakes/mistake01.py", "_values", "_keeps_dtype", "names 'test_my_topic_keeps_dtype', which says skipped"),
    "a mistake that names no check":
        (HIDDEN + "mistakes/mistake01.py", "_values", "_nothing", "names 'test_my_topic_nothing', which says passed"),
    "a mistake without a diagnosis in Korean":
        (HIDDEN + "mistakes/mistake01.py", "무엇을 틀렸는지 학생에게 알려 주세요.", "same", "the diagnosis is not there in both languages"),
    "a mistake without a kind":
        (HIDDEN + "mistakes/mistake01.py", "# kind: none\n", "", "mistake01.py: '' is no kind of mistake"),
    "a mistake of a kind that is not listed":
        (HIDDEN + "mistakes/mistake01.py", "kind: none", "kind: odd", "mistake01.py: 'odd' is no kind of mistake"),
    "a signature that differs": (SOLUTION, "(x: Tensor)", "(y: Tensor)", "my_topic is not as in the stub"),
    "a docstring that differs":
        (HIDDEN + "oracle.py", "any shape", "some shape", "oracle.py: my_topic is not as in the stub"),
    "a name more": (SOLUTION, "import torch\n", "import torch\ndef more(): ...\n", "more is not as in the stub"),
    "an example that is wrong in all three": (None, "tensor([2., 4.])", "tensor([2., 5.])", "the example of my_topic is not right"),
    "a title without Korean": (HIDDEN + "test_exercise25.py", "\n\n    ko: my_topic의", "\n\n    my_topic의",
                               "test_exercise25.py:33: the title is not there in both languages"),
    "a step without Korean": (PUBLIC + "test_exercise25.py", ', ko="다음에 해 볼 것."', ', "then this", ko=("다음에 해 볼 것.", "this")',
                              "test_exercise25.py:13: the hint is not there in both languages"),
    "a hint without Korean": (PUBLIC + "test_exercise25.py", ', ko="다음에 해 볼 것."', "",
                              "test_exercise25.py:13: the hint is not there in both languages"),
    "a README that is not in Korean": (PUBLIC + "README.ko.md", None, "# Title\n", "README.ko.md is not in Korean"),
    "a README without a title": (PUBLIC + "README.md", "# the title", "the title", "README.md has no heading"),
    "a file that is no Python": (HIDDEN + "oracle.py", "def ", "deaf ", "oracle.py is no Python"),
    "a stray file": (PUBLIC + "notes.txt", None, "notes", "notes.txt has no business there"),
    "a stray file among the hidden": (HIDDEN + "mistakes/old.txt", None, "x", "old.txt has no business there"),
    "the public folder imports what is hidden":
        (PUBLIC + "test_exercise25.py", "import torch\n", "import torch\nimport solutions\n", "imports solutions"),
    "the public folder uses the reference":
        (PUBLIC + "test_exercise25.py", "(student, device)", "(student, reference, device)", "uses the reference"),
    "the public folder names what is hidden":
        (PUBLIC + "README.md", "## The formula", "See solutions/exercise25_my_topic.", "names a hidden file"),
    "a check that calls nothing":
        (HIDDEN + "test_exercise25.py", "        pure(student.my_topic, x)", "        pass", "test_my_topic_leaves_input is failed by no mistake"),
    "a reference that uses what is banned":
        (HIDDEN + "test_exercise25.py", "@points(3)", "@points(3)\n@__import__('grader.checks').checks.not_allowed('mul')", "says not_allowed: line"),
    "checks that cannot be loaded":
        (HIDDEN + "test_exercise25.py", "@points(3)", "@points('three')", "the checks of exercise25 do not run"),
}  # fmt: skip


@pytest.mark.parametrize("law", BROKEN)
def test_a_broken_law_is_a_line_that_says_where(course, launcher, law):
    file, old, new, said = BROKEN[law]
    places = [file] if file else [PUBLIC + "exercise25.py", SOLUTION, HIDDEN + "oracle.py"]
    for place in places:
        fill(Path(place), (old, new)) if old else Path(place).write_text(new, encoding="utf-8")
    assert any(said in line for line in lines(launcher)), lines(launcher)


@pytest.mark.parametrize("missing", [PUBLIC + "README.ko.md", PUBLIC + "test_exercise25.py", SOLUTION, HIDDEN + "oracle.py"])
def test_a_missing_file_is_named(course, launcher, missing):
    Path(missing).unlink()
    assert any(missing in line for line in lines(launcher))


def test_too_few_wrong_and_right_answers_are_counted(course, launcher):
    Path(HIDDEN + "mistakes/mistake02.py").unlink()
    Path(HIDDEN + "accepted/accepted01.py").unlink()
    assert lines(launcher) == [
        f"{HIDDEN}mistakes holds 9 answers; at least 10 are wanted", f"{HIDDEN}accepted holds 4 answers; at least 5 are wanted",
    ]  # fmt: skip


def test_a_mistake_may_not_cost_the_points_of_another_function(course, launcher):
    for place in (PUBLIC + "exercise25.py", SOLUTION, HIDDEN + "oracle.py"):
        body = "raise NotImplementedError('exercise25: half')" if "exercises/" in place else "return x / 2"
        with open(place, "a", encoding="utf-8") as file:
            file.write(f'\n\ndef half(x: Tensor) -> Tensor:\n    """Return x / 2."""\n    {body}\n')
    checks = Path(HIDDEN + "test_exercise25.py")
    fill(checks, ("@points(3)", "@points(2)"))
    half = '@points(1)\n@hint("h", ko="힌트")\ndef test_half(student, reference, device):\n    """Half.\n\n    ko: 절반.\n    """\n'
    checks.write_text(checks.read_text("utf-8") + f"\n\n{half}    close(student.half(torch.ones(2)), torch.ones(2) / 2)\n", "utf-8")
    for path in (*Path(HIDDEN, "accepted").iterdir(), *sorted(Path(HIDDEN, "mistakes").iterdir())[1:]):
        path.write_text(path.read_text("utf-8") + "\n\ndef half(x):\n    return x / 2\n", "utf-8")
    found = lines(launcher)
    assert "mistake01.py is about my_topic, and loses the points of test_half too" in found[0]
    assert found[1:] == []


# Mutants of the reference


def surviving(launcher) -> list[str]:
    return [text.en for text in survey("exercise25", launcher).problems]


DROPPED = ("typed(student.my_topic(x), x, device)", "student.my_topic(x)")


def test_the_checks_of_a_sound_exercise_leave_no_mutant_alive(course, launcher):
    found = survey("exercise25", launcher)
    assert (found.equivalent, found.problems) == (0, []) and found.count > 10


def test_a_mutant_that_no_check_fails_is_shown_until_it_is_recorded_as_no_mistake(course, launcher):
    fill(Path(HIDDEN + "test_exercise25.py"), DROPPED)
    [problem, *others] = surviving(launcher)
    assert problem == "no check fails this mutant of my_topic:\n- return 2 * x\n+ return (2 * x).double()"
    Path(HIDDEN + "equivalent.toml").write_text("".join(map(recorded, (problem, *others))), encoding="utf-8")
    assert surviving(launcher) == [] and survey("exercise25", launcher).equivalent == 1 + len(others)
    assert not any("has no business there" in line for line in lines(launcher))


def recorded(problem: str) -> str:
    _, removed, added = problem.splitlines()
    lines = ('function = "my_topic"', f'removed = ["{removed[2:]}"]', f'added = ["{added[2:]}"]', 'reason = "the dtype is free"')
    return "\n".join(("[[mutant]]", *lines, "", ""))


def test_a_record_of_what_is_no_mutant_or_fails_a_check_is_shown(course, launcher):
    Path(HIDDEN + "equivalent.toml").write_text(recorded("\n- return 2 * x\n+ return 3 * x"), encoding="utf-8")
    assert surviving(launcher) == [
        "recorded as equivalent, and no such mutant passes all checks: my_topic\n- return 2 * x\n+ return 3 * x"
    ]


@pytest.mark.parametrize(
    "text", ["[[mutant", '[[mutant]]\nfunction = "f"\n', recorded("\n- a\n+ b").replace("the dtype is free", "")]
)
def test_a_record_that_cannot_be_read_is_named(course, launcher, text):
    Path(HIDDEN + "equivalent.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenCourse, match=r"equivalent\.toml cannot be read"):
        survey("exercise25", launcher)


def grade(*words):
    """Run the command as its user would."""
    command = [Path(sys.executable).with_name("grade"), *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)


def test_the_command_prints_a_line_for_each_problem(course):
    """What it prints where there is none, test_exercises.py sees."""
    fill(Path(HIDDEN + "accepted/accepted01.py"), ("x + x", "x + 3 * x"))
    done = grade("verify", "my_topic", "--lang", "ko")
    assert done.returncode == 1 and done.stderr == ""
    first, second, *_ = done.stdout.splitlines()
    assert first == "exercise25  올바르지 않음:"
    assert second.startswith(f"  {HIDDEN}accepted/accepted01.py은(는) 맞는 답인데 test_my_topic_example의 결과가 failed")


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_however_the_command_is_ended_its_processes_go_too(number, status):
    """The signal goes to the first process alone, as `kill` sends it; Ctrl-C reaches the others as well."""
    course = Path(__file__).parents[2]
    running = subprocess.Popen([GRADE, "verify"], cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: len(descendants(running.pid)) >= 4)  # two exercises side by side, and a process of workers for each
    below = descendants(running.pid)
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out.strip()) == (status, "")
    assert err.strip() == "" or number == signal.SIGKILL  # multiprocessing tells what it tidies up after a kill
    until(lambda: all(map(gone, below)))


def test_the_command_lays_out_an_exercise_and_names_its_files(course):
    done = grade("new", "26", "another_topic", "--lang", "en")
    assert done.returncode == 0, done.stderr
    *files, last = done.stdout.splitlines()
    assert files and all(Path(file).is_file() for file in files)
    assert last == "Fill in every TODO, then run `grade verify 26`."
    again = grade("new", "26", "another_topic", "--lang", "en")
    assert again.returncode == 2 and again.stderr.startswith("grade: exercise26 exists: ")
