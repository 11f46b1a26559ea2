"""Hidden checks of exercise {{ number }}. A student reads a check's title and hint, never this file."""

import torch

from grader.checks import close, hint, needs, points, pure, typed

SHAPES = ((), (1,), (3, 3), (2, 5), (2, 5))
DTYPES = (torch.float32, torch.float64)


def cases(rng):
    """Yield inputs of every shape and dtype."""
    for dtype in DTYPES:
        for shape in SHAPES:
            yield torch.randn(shape, generator=rng, dtype=torch.float64).to(dtype)


@points(3)
@hint("TODO: the next thing to try.", ko="TODO: 다음에 해 볼 것.")
def test_{{ slug }}_values(student, reference, device, rng):
    """{{ slug }} is right for any shape, in float32 and float64.

    ko: 모든 모양에서, float32와 float64로 {{ slug }}의 값이 맞다.
    """
    for x in cases(rng):
        close(student.{{ slug }}(x), reference.{{ slug }}(x.double()), like=x)


@points(2)
@needs(test_{{ slug }}_values)
@hint("Make no tensor with a dtype or device of its own; derive it from x.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 x에서 얻으세요.")  # fmt: skip
def test_{{ slug }}_keeps_dtype(student, device, rng):
    """{{ slug }} returns the dtype of its input, on its device.

    ko: {{ slug }}의 결과는 입력의 dtype과 device를 그대로 따른다.
    """
    for x in cases(rng):
        typed(student.{{ slug }}(x), x, device)


@points(2)
@needs(test_{{ slug }}_values)
@hint("Operations that end in _ and assignments to x[...] change the caller's tensor.",
      ko="_로 끝나는 연산과 x[...]에 대한 대입은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_{{ slug }}_leaves_input(student, device, rng):
    """{{ slug }} leaves its input as it was, and returns a tensor of its own.

    ko: {{ slug }}이 입력을 바꾸지 않고 새 텐서를 돌려준다.
    """
    for x in cases(rng):
        pure(student.{{ slug }}, x)
