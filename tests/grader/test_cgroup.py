"""The control group around a zygote and its workers: made where that may be, felt by whoever takes too much, and gone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from grader.sandbox import cgroup, launch, limits
from grader.sandbox.broker import WorkerLost
from grader.sandbox.cgroup import Group
from grader.sandbox.proxy import Student
from grader.sandbox.sides import Seat

from ..living import descendants
from .conftest import outcomes, submission

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="control groups are Linux's")

HUNGRY = [sys.executable, "-I", "-S", "-c", "print(len(b'x' * (300 << 20)))"]


def made() -> Group:
    group = cgroup.made()
    if group is None:
        pytest.skip("this machine lets us make no control group; as root it mostly would")
    return group


@pytest.fixture
def group() -> Iterator[Group]:
    group = made()
    yield group
    group.remove()


@pytest.fixture
def small_group(monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    monkeypatch.setattr(cgroup, "MEMORY", 100 << 20)
    monkeypatch.setattr(cgroup, "TASKS", 5)
    group = made()
    yield group
    group.remove()


def run(group: Group, *command: str, **more: object) -> subprocess.CompletedProcess:
    words = [*group.around, *command]
    return subprocess.run(words, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **more)


def is_in(group: Group, text: str) -> bool:
    """Whether /proc/<pid>/cgroup tells of a process in the group."""
    places = [line.split(":", 2)[2] for line in text.splitlines()]
    return sum(Path(place).name == group.folders[0].name for place in places) == len(group.folders)


def test_the_bounds_hold_a_zygote_and_its_two_workers():
    assert cgroup.MEMORY >= 0.7 * (1 << 30) + 2 * limits.MAX_MEMORY


def test_a_process_and_its_children_are_inside_from_their_start(group):
    look = "cat /proc/self/cgroup; echo -; cat /proc/self/cgroup"
    first, second = run(group, "/bin/sh", "-c", look).stdout.split("-\n")
    assert is_in(group, first) and is_in(group, second)
    assert not is_in(group, Path("/proc/self/cgroup").read_text())


def test_whoever_takes_more_than_the_bound_is_killed_and_counted(small_group):
    assert (run(small_group, "/bin/sh", "-c", ":").returncode, small_group.oom_kills()) == (0, 0)
    done = run(small_group, *HUNGRY)
    assert (done.returncode, done.stdout, small_group.oom_kills()) == (-9, "", 1)


def test_a_process_killed_for_the_need_of_others_is_not_counted(small_group, monkeypatch):
    monkeypatch.setattr(cgroup, "MEMORY", 4 << 30)
    for folder in small_group.folders:
        if (folder / "cgroup.subtree_control").exists():
            (folder / "cgroup.subtree_control").write_text("+memory +pids")
    roomy = cgroup._made_in(small_group.folders)
    try:
        assert (run(roomy, *HUNGRY).returncode, roomy.oom_kills()) == (-9, 0)
    finally:
        roomy.remove()


def test_more_tasks_than_the_bound_cannot_be_started(small_group):
    many = "for i in 1 2 3 4 5 6 7; do sleep 0.5 & done"
    assert run(small_group, "/bin/sh", "-c", many).returncode != 0


def test_a_group_is_removed_as_soon_as_its_processes_are_gone(group):
    with subprocess.Popen([*group.around, "sleep", "60"]) as process:
        time.sleep(0.2)
        process.kill()
        group.remove()
    assert not any(folder.exists() for folder in group.folders)
    group.remove()


def test_removing_a_group_with_a_process_gives_up_in_time(group, monkeypatch):
    monkeypatch.setattr(cgroup, "GONE_SECONDS", 0.1)
    with subprocess.Popen([*group.around, "sleep", "60"]) as process:
        began = time.monotonic()
        group.remove()
        assert time.monotonic() - began < 5
        process.kill()


def test_the_shell_reads_nothing_of_a_folder_s_name(tmp_path):
    folder = tmp_path / "a $(touch oops) '\" `touch oops`; b"
    folder.mkdir()
    done = run(Group([folder]), "/bin/sh", "-c", 'echo "$$ $1"', "sh", "$(touch oops) --", cwd=tmp_path)
    assert done.stdout == f"{(folder / 'cgroup.procs').read_text().strip()} $(touch oops) --\n"
    assert os.listdir(tmp_path) == [folder.name]


def test_a_command_whose_group_is_gone_is_not_run(tmp_path):
    done = run(Group([tmp_path / "gone"]), "touch", "oops", cwd=tmp_path)
    assert done.returncode != 0 and not os.listdir(tmp_path)


def test_groups_of_dead_graders_are_swept_away_and_others_are_not(tmp_path):
    dead = subprocess.Popen(["true"])
    dead.wait()
    stays = [f"grade-{os.getpid()}-1", "grade-x-1", f"grade-{dead.pid}", f"upgrade-{dead.pid}-1", f"grade-{dead.pid}-2"]
    for name in [f"grade-{dead.pid}-1", *stays]:
        (tmp_path / name).mkdir()
    (tmp_path / f"grade-{dead.pid}-2" / "inside").mkdir()
    cgroup._sweep(tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted(stays)


def test_what_a_dead_grader_left_is_gone_once_another_makes_a_group(group):
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = [folder.parent / f"grade-{dead.pid}-1" for folder in group.folders]
    for folder in left:
        folder.mkdir()
    cgroup.made().remove()
    assert not any(folder.exists() for folder in left)


@pytest.mark.parametrize("places", [["."], [".", "absent"], ["absent"], ["/proc/self"]], ids=str)
def test_where_no_group_can_be_made_there_is_none_and_no_trace(tmp_path, monkeypatch, places):
    monkeypatch.setattr(cgroup, "_places", lambda *_: [tuple(tmp_path / place for place in places)])
    assert cgroup.made() is None
    assert not os.listdir(tmp_path)


def test_a_group_that_nobody_may_enter_is_none(group, monkeypatch):
    """So it is where a user may write in a folder, but not in that of the group that all of it is under."""
    monkeypatch.setattr(cgroup, "_ENTER", "exit 1")
    before = set(os.listdir(group.folders[0].parent))
    assert cgroup.made() is None
    assert set(os.listdir(group.folders[0].parent)) <= before


UNIFIED = "24 1 0:22 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
SPLIT = """31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
32 31 0:29 {root} /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
33 31 0:30 {root} /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
"""
SESSION = "/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope"


@pytest.mark.parametrize(("groups", "mounts", "places"), [
    (f"0::{SESSION}\n", UNIFIED, [[SESSION], [SESSION.removesuffix("/term.scope")]]),
    ("0::/\n", UNIFIED, [["."]]),
    ("4:memory:/a/b\n8:pids:/\n1:name=systemd:/c\n", SPLIT.format(root="/"), [["memory/a/b", "pids"]]),
    ("4:memory:/docker/1\n8:pids:/docker/1\n", SPLIT.format(root="/docker/1"), [["memory", "pids"]]),
    ("4:cpu,memory,pids:/a\n", "32 31 0:29 / /sys/fs/cgroup/all rw - cgroup cgroup rw,cpu,memory,pids\n", [["all/a"]]),
    ("4:memory:/a\n8:pids:/\n0::/u\n", UNIFIED.replace("cgroup rw", "cgroup/unified rw", 1) + SPLIT.format(root="/"),
     [["unified/u"], ["unified"], ["memory/a", "pids"]]),
    ("0::/../elsewhere\n", UNIFIED, []),
    ("4:memory:/other\n8:pids:/docker/1\n", SPLIT.format(root="/docker/1"), []),
    ("4:memory:/a\n", SPLIT.format(root="/"), []),
    ("0::/\n", "", []),
    ("", UNIFIED, []),
], ids=["a user's session", "the root", "version 1", "a container", "one hierarchy for all", "both versions", "outside",
        "not shown", "no pids", "not mounted", "no groups"])  # fmt: skip
def test_where_a_group_is_tried(groups, mounts, places):
    top = "/sys/fs/cgroup"
    wanted = [tuple(Path(top, place.lstrip("/")) for place in folders) for folders in places]
    assert list(cgroup._places(groups, mounts)) == wanted


@pytest.fixture(scope="module")
def tight() -> Iterator[launch.ForkLauncher]:
    """Level A in a group whose bound a worker meets before its own."""
    made().remove()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cgroup, "MEMORY", 500 << 20)
        with closing(launch.start("A")) as launcher:
            yield launcher


GREEDY = "def f():\n    return len(b'x' * (600 << 20))\n\ndef g():\n    return 1\n"


def test_a_zygote_and_its_workers_are_in_a_group_that_is_gone_once_they_are():
    made().remove()
    others = descendants(os.getpid())
    with closing(launch.start("A", ahead=True)) as launcher:
        seat = Seat(launcher, submission(GREEDY), "exercise01")
        seat.renew()
        group = launcher._zygote.group
        ours = descendants(os.getpid()).keys() - others
        assert len(ours) >= 4, "bubblewrap, the zygote, a worker at work and one to spare"
        assert all(is_in(group, Path(f"/proc/{pid}/cgroup").read_text()) for pid in ours)
    assert not any(folder.exists() for folder in group.folders)


def test_a_student_who_eats_up_the_memory_crashes_and_is_not_broken(course, tight):
    """A SIGKILL that is not ours, twice, is the machine's fault; this one is not the machine's."""
    course.launcher = tight
    course.public("""
        from grader.checks import points

        @points(1)
        def test_eats(student):
            \"\"\"It eats.

            ko: 먹는다.
            \"\"\"
            assert student.f() == 1

        @points(1)
        def test_answers(student):
            \"\"\"It answers.

            ko: 답한다.
            \"\"\"
            assert student.g() == 1
    """)
    [result, late] = course.grade(GREEDY, GREEDY + "f()\n")
    assert outcomes(result) == {"test_eats": "crashed", "test_answers": "passed"}
    assert result.checks[0].message.en == "used up the memory that a submission may have"
    assert (result.status, set(outcomes(late).values())) == ("graded", {"crashed"})
    assert tight._zygote.group.oom_kills() >= 3 and not tight._zygote.is_gone


def test_a_worker_killed_by_others_is_not_taken_for_one_that_took_too_much_before(tight):
    seat = Seat(tight, submission(GREEDY), "exercise01")
    with closing(seat):
        for _ in range(2):  # from the second on there is a spare one, started before the first was killed
            lost = _lost(seat, "f")
            assert (lost.outcome, lost.killed_by_others) == ("crashed", False)
        seat.renew()
        zygote = tight._zygote.child.process.pid
        for worker in [pid for pid in descendants(zygote) if not descendants(pid)]:
            os.kill(worker, 9)
        assert _lost(seat, "g").killed_by_others


def _lost(seat: Seat, name: str) -> WorkerLost:
    seat.begin(20.0)
    with pytest.raises(WorkerLost) as lost:
        getattr(Student(seat.ask), name)()
    return lost.value
