"""Classes to make pages and files of: the marks of people with ordinary names, and of people with none such."""

from __future__ import annotations

import random

from grader.records import CheckShare, ExerciseShare, Gradebook, Mark, Override, Text

TITLES = {
    "exercise01": Text(en="Broadcasting", ko="브로드캐스팅"),
    "exercise02": Text(en="A ReLU network by hand", ko="직접 만드는 ReLU 신경망"),
    "exercise03": Text(en="Binary cross-entropy", ko="이진 교차 엔트로피"),
    "exercise04": Text(en="Softmax and cross-entropy", ko="소프트맥스와 교차 엔트로피"),
    "exercise05": Text(en="Gradient descent and momentum", ko="경사 하강법과 모멘텀"),
    "exercise06": Text(en="Convolution without a convolution", ko="합성곱 없이 하는 합성곱"),
}
FAMILY = ("김", "이", "박", "최", "정", "Adams", "Novák", "Okafor", "Ōtani", "van der Berg")
GIVEN = ("서연", "민준", "하은", "도윤", "지우", "Ada", "Tomáš", "Ngozi", "Kenji", "Noor")


def mark(student: str = "kim", exercise: str = "exercise01", score: float | None = 7.5, **more) -> Mark:
    """Return a mark that nothing is special about, but for what is given."""
    told = {
        "file": f"{student}/{exercise}.py", "late": False, "note": None, "max_score": 10.0,
        "status": "broken" if score is None else "graded", "message": None, "sandbox": "A", "seconds": 2.5,
        "report": f"students/{student}/{exercise}.html",
    }  # fmt: skip
    return Mark(student=student, exercise=exercise, score=score, **{**told, **more})


def gradebook(*marks: Mark, **more) -> Gradebook:
    """Return the gradebook of these marks, with a check of each kind for every exercise among them."""
    exercises = sorted({mark.exercise for mark in marks} or {"exercise01"})
    told = {"absent": None, "strangers": (), "unrecognised": (), "finished": "2026-11-22T13:05:59+00:00"}
    return Gradebook(tuple(share(name) for name in exercises), marks, **{**told, **more})


def share(exercise: str, graded: int = 20, checks: int = 4) -> ExerciseShare:
    """Return an exercise whose checks get harder and harder."""
    return ExerciseShare(exercise, TITLES.get(exercise, Text(en="Tiny", ko="작은 과제")), tuple(
        CheckShare(
            name=f"test_{number}", title=Text(en=f"Property {number} of {exercise} holds.", ko=f"{exercise}의 성질 {number} 성립."),
            functions=("double",), public=number % 3 == 0, passed=graded * (checks - number) // checks, graded=graded,
        )
        for number in range(checks)
    ))  # fmt: skip


def large(students: int, exercises: int = 6) -> Gradebook:
    """Return a class as they are: most did well, some are late, some things went wrong."""
    dice = random.Random(1)
    names = [f"{FAMILY[i % 10]} {GIVEN[i // 10 % 10]}" + (f" {i // 100}" if i >= 100 else "") for i in range(students)]
    marks = [_any(dice, name, exercise) for name in names for exercise in list(TITLES)[:exercises] if dice.random() < 0.96]
    return Gradebook(
        exercises=tuple(share(name, students, 18) for name in list(TITLES)[:exercises]),
        marks=tuple(marks),
        absent=("Chen Wei", "한지민"),
        strangers=(names[0],),
        unrecognised=(("final_FINAL2.py", Text(en="names no exercise", ko="과제를 알 수 없습니다")),),
        finished="2026-11-22T13:05:59+00:00",
    )


def _any(dice: random.Random, student: str, exercise: str) -> Mark:
    score = round(min(10, max(0, dice.gauss(7 - int(exercise[-1]) / 3, 3))) * 5) / 5
    more, chance = {"late": dice.random() < 0.05, "seconds": dice.uniform(1, 4)}, dice.random()
    if chance < 0.01:
        more |= {"status": "unreadable", "message": Text(en="is not UTF-8 text; save it as UTF-8", ko="UTF-8로 저장하세요")}
        score = 0.0
    elif chance < 0.015:
        score = None
    elif chance < 0.025:
        reason = "The formula in the text was wrong; the answer follows it."
        more["override"] = Override(min(10.0, score + 1.5), reason, "2026-11-23T09:00:00+00:00")
    elif chance < 0.045:
        more["note"] = Text(en="the newest of 3 attempts was graded", ko="세 번 중 가장 나중 것을 채점했습니다")
    return mark(student, exercise, score, **more)
