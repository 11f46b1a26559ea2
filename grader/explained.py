"""Say what an exception means that beginners meet: one sentence, with where to look.

Messages are known by fragments that Python and torch have kept for years. What is not known stays unexplained.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from grader.i18n import both
from grader.records import Text


class Known(NamedTuple):
    """Types of exceptions and fragments of their messages, as regular expressions, and what they mean."""

    types: str
    parts: str
    meaning: Text


def explanation(type_name: str, message: str) -> Text | None:
    """Return what an exception of this type ("builtins.IndexError") means; None where that is not known."""
    name = type_name.removeprefix("builtins.")
    fits = (one.meaning for one in known() if re.fullmatch(one.types, name) and re.search(one.parts, message))
    return next(fits, None)


def known() -> list[Known]:
    """Return all that is known; what fits first counts."""
    return [*_of_names_and_calls(), *_of_shapes_and_places(), *_of_dtypes_and_devices(), *_of_gradients()]


def _of_names_and_calls() -> list[Known]:
    return [
        Known("UnboundLocalError", "", both("the function reads this name before it gives it a value: the line that does so "
         "comes later, or was not run")),
        Known("NameError", "", both("nothing has this name here: look for a typing error, a missing import, or a variable "
         "that only another function has")),
        Known("ModuleNotFoundError", "", both("there is no such module where the file is graded: check its name, or do "
         "without it; torch is there")),
        Known("ImportError", "cannot import name", both("the module has no such name in it: check how it is written")),
        Known("TypeError|AttributeError|RuntimeError", "NoneType", both("something here is None: an argument may be (see "
         "the call), and a function without a return, list.append and .grad before backward() give None")),
        Known("TypeError", "must be Tensor, not", both("torch's functions take tensors: of a number, make one by "
         "torch.tensor(...), or use the math module")),
        Known("TypeError", "positional argument|keyword argument|multiple values for argument|takes no arguments|takes exactly"
         "|expected at (least|most)|invalid combination of arguments", both("the call passes other arguments than the "
         "function takes: compare how many they are, their names and their order. The exercise's functions take what "
         "the stub says")),
    ]  # fmt: skip


def _of_shapes_and_places() -> list[Known]:
    return [
        Known("RuntimeError|ValueError", "shapes cannot be multiplied|inconsistent tensor size|size mismatch, got"
         "|first two dimensions of batch2|mismatch in its core dimension|1D tensors expected", both("a @ b needs as many "
         "columns in a as there are rows in b, and two vectors the same length: print both shapes; one may need a .T")),
        Known("RuntimeError|ValueError", "must match the size of tensor|must match the existing size|could not be broadcast "
         "together", both("these shapes do not broadcast: counted from the right, two "
         "sizes must be the same, or one of them 1. Print both shapes")),
        Known("RuntimeError|ValueError", "match the broadcast shape", both("+=, *= and methods that end in _ keep the shape of "
         "their tensor, and the result has a larger one. Print both shapes: an earlier line may have made one too large")),
        Known("IndexError", "Dimension out of range", both("dim counts axes from 0, and the last of n axes is n - 1, or -1: "
         "print the shape to see how many there are")),
        Known("IndexError", "too many indices|index of a 0-dim", both("there are more indices than the tensor has axes: print "
         "its shape")),
        Known("IndexError|RuntimeError", "out of bounds|out of range", both("indices count from 0, and the last of n entries "
         "is n - 1: a loop may go one too far, or over another axis")),
        Known("ValueError|RuntimeError|TypeError", "only one element tensors|cannot be converted to Scalar|array of size 1 to"
         "|arrays can be converted", both("one number is wanted here, and this tensor holds several: pick one element, or "
         "use torch's own function (torch.sqrt, not math.sqrt)")),
        Known("TypeError", "tensors of a single element", both("one whole number is wanted here: pick one element, and convert "
         "it by int()")),
        Known("RuntimeError|ValueError", "is ambiguous", both("if, while, and, or and not want one True or False, and this "
         "tensor holds many: use torch.where, .any() or .all(), and & and | for each element")),
    ]  # fmt: skip


def _of_dtypes_and_devices() -> list[Known]:
    return [
        Known("RuntimeError|IndexError", "dtype to be Long|must be long, int|scalar types: Long|Expected dtype int"
         "|tensor of type LongTensor", both("indices and class labels must be whole numbers: convert them by .long()")),
        Known("RuntimeError", "can't be cast to", both("+=, *= and methods that end in _ keep the dtype of their tensor, which "
         "cannot hold the result: write a = a + b, or begin with a tensor of floats")),
        Known("RuntimeError|NotImplementedError", "either a floating point|Tensors of floating point|not implemented for "
         "'(Long|Int|Short|Char|Byte|Bool)'", both("this works on floating-point numbers only: convert the tensor first, "
         "by .float() or .to(x.dtype)")),
        Known("RuntimeError", "same dtype|same scalar type|expected scalar type|Found dtype|dtype to be equal", both("the two "
         "tensors differ in dtype (Float is float32, Double float64, Long int64): convert one by .to(other.dtype)")),
        Known("TypeError", "type tensor to numpy", both("numpy knows the CPU only: use torch's own function, or take .cpu() "
         "first")),
        Known("RuntimeError", "to be on the same device|not on the expected device", both("one tensor is on the GPU and "
         "another is not: make new ones with device=x.device, or move one by .to(x.device)")),
    ]  # fmt: skip


def _of_gradients() -> list[Known]:
    return [
        Known("RuntimeError", "leaf Variable that requires grad is being used in an in-place", both("a tensor that requires "
         "grad may not be changed in place while autograd is on: do it under `with torch.no_grad():`, or make a new "
         "tensor")),
        Known("RuntimeError", "modified by an inplace operation", both("backward() needs a value that was changed in place "
         "after its use, by +=, x[i] = ... or a method that ends in _: make a new tensor there")),
        Known("RuntimeError", "does not require grad and does not have a grad_fn", both("there is no graph to go back through: "
         "nothing in it has requires_grad=True, or .detach(), .item(), torch.tensor(...) or torch.no_grad() cut it off")),
        Known("RuntimeError", "through the graph a second time", both("backward() frees its graph: compute the loss anew "
         "before each backward(), and detach() what a loop carries over")),
        Known("RuntimeError", "created only for scalar outputs", both("backward() starts from one number: reduce the loss by "
         ".mean() or .sum() first")),
    ]  # fmt: skip
