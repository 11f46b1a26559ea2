# TODO: how this right answer differs from the reference
import torch


def {{ slug }}(x):
    raise NotImplementedError("TODO: another right answer")
