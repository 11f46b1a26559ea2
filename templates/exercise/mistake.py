# fails: test_{{ slug }}_values
# en: TODO: tell the student what they did wrong.
# ko: TODO: 무엇을 틀렸는지 학생에게 알려 주세요.
# kind: TODO: one of KINDS in grader/mistakes.py
import torch


def {{ slug }}(x):
    raise NotImplementedError("TODO: a wrong answer that students give")
