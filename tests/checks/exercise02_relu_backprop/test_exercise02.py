"""Hidden checks of exercise 2. A student reads a check's title and hint, never this file."""

from itertools import pairwise

import torch

from grader.checks import AUTOGRAD, close, hint, needs, not_allowed, numbers, points, pure, several, typed, watched

# (n, d_in, hidden, d_out); one size twice: an answer kept from an earlier call is wrong for the next numbers
SIZES = ((4, 3, 5, 2), (3, 3, 3, 3), (2, 5, 3, 4), (4, 3, 5, 2))
FEW_SIZES = ((2, 3, 4, 2), (3, 3, 3, 3))
FEW_SHAPES = ((3, 2), (1, 1))
TRAINED_SIZES = ((4, 3, 5, 2), (3, 3, 3, 3), (1, 3, 4, 5), (4, 3, 5, 2))
SIZES_OF_ONE = ((1, 3, 4, 2), (4, 3, 1, 2), (3, 1, 4, 1), (1, 1, 1, 1))
DTYPES = (torch.float32, torch.float64)


def draw(rng, shape, dtype):
    """Numbers for a network: in float32 odd eighths, with which every order of operations is exact."""
    if dtype == torch.float64:
        return torch.randn(shape, generator=rng, dtype=dtype)
    return (2 * torch.randint(-6, 6, shape, generator=rng) + 1) / 8


def network(rng, size, dtype, margin=0.0):
    """Return x, y, w1, w2 with hidden units that are on and, where there are several, some that are off.

    All are more than `margin` away from 0, where mathematics leaves a choice; many are beyond 6, where ReLU6 stops.
    """
    n, d_in, hidden, d_out = size
    while True:
        x, w1 = 8 * draw(rng, (n, d_in), dtype), draw(rng, (d_in, hidden), dtype)
        h = x @ w1
        if h.abs().min() > margin and h.max() > 0 and (h.min() < 0 or h.numel() == 1):
            return x, draw(rng, (n, d_out), dtype), w1, draw(rng, (hidden, d_out), dtype)


def networks(rng, sizes, dtypes=DTYPES, margin=0.0):
    """Yield (x, y, w1, w2) in every size and dtype."""
    for dtype in dtypes:
        for size in sizes:
            yield network(rng, size, dtype, margin)


def doubles(*tensors):
    return [tensor.double() for tensor in tensors]


# forward


def judge_forward(student, reference, rng, sizes):
    for small, _, w1, w2 in networks(rng, sizes, [torch.float32]):
        for x in (small, 1024 * small):  # ReLU has no upper limit
            want = reference.forward(*doubles(x, w1, w2))
            for mine, theirs in zip(several(student.forward(x, w1, w2), 3), want, strict=True):
                close(mine, theirs, like=x)


@points(0.3)
@hint("ReLU only puts 0 in the place of negative numbers; y_pred is the second matrix product, and nothing follows it.",
      ko="ReLU는 음수 자리에 0을 넣을 뿐입니다. y_pred는 두 번째 행렬곱의 결과이고, 그 뒤에는 아무것도 없습니다.")  # fmt: skip
def test_forward_values(student, reference, device, rng):
    """forward is right for networks of any size.

    ko: 어떤 크기의 신경망에서도 forward가 맞다.
    """
    judge_forward(student, reference, rng, SIZES)


@points(0.1)
@needs(test_forward_values)
@hint("A matrix with one row or one column is still a matrix; squeeze takes an axis away.",
      ko="행이나 열이 하나뿐이어도 여전히 행렬입니다. squeeze는 축을 없앱니다.")  # fmt: skip
def test_forward_sizes_of_one(student, reference, device, rng):
    """forward is right for a batch of one, one hidden unit, one output.

    ko: 배치 크기, 은닉 유닛, 출력이 하나일 때도 forward가 맞다.
    """
    judge_forward(student, reference, rng, SIZES_OF_ONE)


@points(0.2)
@needs(test_forward_values)
@hint("Make no tensor with a dtype or device of its own; derive it from x and the weights.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 x와 가중치에서 얻으세요.")  # fmt: skip
def test_forward_keeps_dtype(student, reference, device, rng):
    """forward computes in the dtype of its inputs, float32 or float64, and returns it on their device.

    ko: forward는 입력의 dtype(float32나 float64)으로 계산하고, 같은 dtype과 device로 돌려준다.
    """
    for x, _, w1, w2 in networks(rng, FEW_SIZES):
        want = reference.forward(*doubles(x, w1, w2))
        for mine, theirs in zip(several(student.forward(x, w1, w2), 3), want, strict=True):
            typed(mine, x, device)
            close(mine, theirs, like=x)


@points(0.2)
@needs(test_forward_values)
@hint("Operations that end in _ and assignments to x[...] change the caller's tensor.",
      ko="_로 끝나는 연산과 x[...]에 대한 대입은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_forward_leaves_inputs(student, device, rng):
    """forward leaves its inputs as they were, and returns tensors of its own.

    ko: forward는 입력을 바꾸지 않고 새 텐서를 돌려준다.
    """
    for x, _, w1, w2 in networks(rng, FEW_SIZES):
        pure(student.forward, x, w1, w2)


@points(1.2)
@needs(test_forward_values)
@not_allowed(*AUTOGRAD)
@hint("Two matrix products and a maximum are enough.", ko="행렬곱 두 번과 최댓값이면 충분합니다.")
def test_forward_by_hand(student, device, rng):
    """forward does without autograd.

    ko: autograd 없이 forward를 작성했다.
    """
    for x, _, w1, w2 in networks(rng, FEW_SIZES):
        watched(student.forward, x, w1, w2)


# squared_error


def predictions(rng, sizes, dtypes=DTYPES):
    """Yield (y_pred, y) in every size and dtype; no difference is small beside the numbers."""
    for dtype in dtypes:
        for shape in sizes:
            y_pred, off = draw(rng, shape, dtype), draw(rng, shape, dtype)
            yield y_pred, y_pred + off + off.sign() / 2


@points(0.3)
@hint("It is a sum over rows and columns, divided by nothing.", ko="행과 열 전체의 합이고, 아무것으로도 나누지 않습니다.")
def test_squared_error_values(student, reference, device, rng):
    """squared_error is right for any size.

    ko: 어떤 크기에서도 squared_error가 맞다.
    """
    for y_pred, y in predictions(rng, ((4, 2), (3, 3), (1, 4), (5, 1), (1, 1), (4, 2)), [torch.float32]):
        want = reference.squared_error(*doubles(y_pred, y))
        close(student.squared_error(y_pred, y), want, like=y)


@points(0.2)
@needs(test_squared_error_values)
@hint("Return the 0-d tensor that sum() gives, not a Python number.",
      ko="파이썬 숫자가 아니라 sum()이 주는 0차원 텐서를 돌려주세요.")  # fmt: skip
def test_squared_error_keeps_dtype(student, reference, device, rng):
    """squared_error computes in the dtype of its inputs and returns a tensor of it, on their device.

    ko: squared_error는 입력의 dtype으로 계산하고, 같은 dtype과 device의 텐서를 돌려준다.
    """
    for y_pred, y in predictions(rng, FEW_SHAPES):
        got = student.squared_error(y_pred, y)
        typed(got, y, device)
        close(got, reference.squared_error(*doubles(y_pred, y)), like=y)


@points(0.2)
@needs(test_squared_error_values)
@hint("Operations that end in _ (sub_, pow_) and -= change the caller's tensor.",
      ko="_로 끝나는 연산(sub_, pow_)과 -=는 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_squared_error_leaves_inputs(student, device, rng):
    """squared_error leaves y_pred and y as they were.

    ko: squared_error가 y_pred와 y를 바꾸지 않는다.
    """
    for y_pred, y in predictions(rng, FEW_SHAPES):
        pure(student.squared_error, y_pred, y)


@points(1)
@needs(test_squared_error_values)
@not_allowed(*AUTOGRAD)
@hint("A difference, a square and a sum are enough.", ko="뺄셈, 제곱, 합이면 충분합니다.")
def test_squared_error_by_hand(student, device, rng):
    """squared_error does without autograd.

    ko: autograd 없이 squared_error를 작성했다.
    """
    for y_pred, y in predictions(rng, FEW_SHAPES):
        watched(student.squared_error, y_pred, y)


# gradients


def judge_gradients(student, reference, rng, sizes):
    for x, y, w1, w2 in networks(rng, sizes, [torch.float32]):
        want = reference.gradients(*doubles(x, y, w1, w2))
        for mine, theirs in zip(several(student.gradients(x, y, w1, w2), 2), want, strict=True):
            close(mine, theirs, like=x)


@points(0.3)
@hint("Check which matrix is transposed in each product, and that the mask comes from the sign of h.",
      ko="각 행렬곱에서 어느 행렬을 전치하는지, 마스크를 h의 부호로 만드는지 확인하세요.")  # fmt: skip
def test_gradients_values(student, reference, device, rng):
    """The gradients are right for networks of any size.

    ko: 어떤 크기의 신경망에서도 기울기가 맞다.
    """
    judge_gradients(student, reference, rng, SIZES)


@points(0.2)
@needs(test_gradients_values)
@hint("A matrix with one row or one column is still a matrix; squeeze takes an axis away.",
      ko="행이나 열이 하나뿐이어도 여전히 행렬입니다. squeeze는 축을 없앱니다.")  # fmt: skip
def test_gradients_sizes_of_one(student, reference, device, rng):
    """The gradients are right for a batch of one, one hidden unit, one output.

    ko: 배치 크기, 은닉 유닛, 출력이 하나일 때도 기울기가 맞다.
    """
    judge_gradients(student, reference, rng, SIZES_OF_ONE)


@points(0.2)
@needs(test_gradients_values)
@hint("Make no tensor with a dtype or device of its own; derive it from x and the weights.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 x와 가중치에서 얻으세요.")  # fmt: skip
def test_gradients_keep_dtype(student, reference, device, rng):
    """The gradients are computed in the dtype of the inputs, float32 or float64, and returned in it on their device.

    ko: 기울기를 입력의 dtype(float32나 float64)으로 계산하고, 같은 dtype과 device로 돌려준다.
    """
    for x, y, w1, w2 in networks(rng, FEW_SIZES):
        want = reference.gradients(*doubles(x, y, w1, w2))
        for mine, theirs in zip(several(student.gradients(x, y, w1, w2), 2), want, strict=True):
            typed(mine, x, device)
            close(mine, theirs, like=x)


@points(0.2)
@needs(test_gradients_values)
@hint("requires_grad_(), operations that end in _ and -= change the caller's tensors.",
      ko="requires_grad_()와 _로 끝나는 연산, -=는 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_gradients_leave_inputs(student, device, rng):
    """The gradients leave x, y and the weights as they were, and are tensors of their own.

    ko: 기울기 계산이 x, y와 가중치를 바꾸지 않고, 결과는 새 텐서다.
    """
    for x, y, w1, w2 in networks(rng, FEW_SIZES):
        pure(student.gradients, x, y, w1, w2)


# train


def runs(rng, sizes, dtypes=DTYPES):
    """Yield (x, y, w1, w2, learning_rate, steps).

    In float32 the steps are so small that no hidden unit comes near 0, where rounding would decide.
    """
    for x, y, w1, w2 in networks(rng, sizes, dtypes, margin=1.0):
        yield x / 4, y, w1, w2, *((1e-5, 3) if x.dtype == torch.float32 else (2e-4, 3))


def long_strides(rng, reference, learning_rate, rising):
    """Return a training of four steps that switches hidden units on or off; its loss rises at first, or never."""
    while True:
        x, y, w1, w2 = network(rng, (4, 3, 5, 2), torch.float64)
        given = x / 4, y, w1, w2, learning_rate
        losses = reference.train(*given, 4)[2]
        rises = [later > earlier for earlier, later in pairwise(losses)]
        if (rises[0] if rising else not any(rises)) and max(losses) < 1e6:
            on, on_later = (given[0] @ w > 0 for w in (w1, reference.train(*given, 3)[0]))
            if not torch.equal(on, on_later):
                return *given, 4


def trainings(rng, reference):
    """Return what the values of training are judged by: every size in float32, and two that go far."""
    x, y, w1, w2 = network(rng, (1, 3, 5, 2), torch.float64)
    alone = x / 4, y, w1, w2, 5e-3, 3
    return [*runs(rng, TRAINED_SIZES, [torch.float32]), alone, long_strides(rng, reference, 2e-3, rising=False)]


@points(0.2)
@hint("Both gradients of a step belong to the weights before that step.",
      ko="한 단계의 두 기울기는 모두 그 단계 이전의 가중치에서 구해야 합니다.")  # fmt: skip
def test_train_weights(student, reference, device, rng):
    """The weights after training are right for networks of any size.

    ko: 어떤 크기의 신경망에서도 학습한 뒤의 가중치가 맞다.
    """
    for x, y, w1, w2, *how in trainings(rng, reference):
        want = reference.train(*doubles(x, y, w1, w2), *how)
        got = several(student.train(x, y, w1, w2, *how), 3)
        for mine, theirs in zip(got[:2], want[:2], strict=True):
            close(mine, theirs.float())  # float64's precision is for test_train_keeps_dtype


@points(0.2)
@hint("The first loss is that of the weights as they came, and there are as many losses as steps.",
      ko="첫 손실은 처음 받은 가중치의 손실이고, 손실의 개수는 단계 수와 같습니다.")  # fmt: skip
def test_train_losses(student, reference, device, rng):
    """The losses of training are those before each step, one for each.

    ko: 학습의 손실은 각 단계 직전의 값이고, 단계마다 하나씩이다.
    """
    for x, y, w1, w2, *how in trainings(rng, reference):
        want = reference.train(*doubles(x, y, w1, w2), *how)[2]
        close(numbers(several(student.train(x, y, w1, w2, *how), 3)[2]), numbers(want).float())


@points(0.1)
@needs(test_train_losses)
@hint("Do as many steps as were asked for, whatever the losses are.",
      ko="손실이 어떻든 요청받은 단계 수만큼 진행하세요.")  # fmt: skip
def test_train_every_step(student, reference, device, rng):
    """Training goes through all its steps, also where the loss does not fall.

    ko: 손실이 줄지 않아도 모든 단계를 학습한다.
    """
    *given, learning_rate, steps = long_strides(rng, reference, 0.01, rising=True)
    for how in ((learning_rate, steps), (1e-12, 4), (1e-4, 1)):
        want = reference.train(*given, *how)[2]
        close(numbers(several(student.train(*given, *how), 3)[2]), numbers(want).float())


@points(0.1)
@needs(test_train_weights)
@hint("Copy both weights before the loop (clone); then no steps give copies by themselves.",
      ko="반복문 앞에서 두 가중치를 복사(clone)해 두면, 단계가 0일 때 저절로 복사본이 나옵니다.")  # fmt: skip
def test_train_zero_steps(student, device, rng):
    """Training for no steps gives copies of the weights, and no losses.

    ko: 0단계 학습은 가중치의 복사본과 빈 손실 목록을 돌려준다.
    """
    for x, y, w1, w2 in networks(rng, FEW_SIZES):
        new_w1, new_w2, losses = several(pure(student.train, x, y, w1, w2, 0.01, 0), 3)
        close(new_w1, w1)
        close(new_w2, w2)
        close(numbers(losses), numbers([]))


@points(0.2)
@needs(test_train_weights)
@hint("Make no tensor with a dtype or device of its own; derive it from x and the weights.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 x와 가중치에서 얻으세요.")  # fmt: skip
def test_train_keeps_dtype(student, reference, device, rng):
    """Training computes in the dtype of the weights, float32 or float64, and returns it on their device.

    ko: 가중치의 dtype(float32나 float64)으로 학습하고, 같은 dtype과 device로 돌려준다.
    """
    for x, y, w1, w2, *how in runs(rng, FEW_SIZES):
        want = reference.train(*doubles(x, y, w1, w2), *how)
        got = several(student.train(x, y, w1, w2, *how), 3)
        for mine, theirs in zip(got[:2], want[:2], strict=True):
            typed(mine, x, device)
            close(mine, theirs, like=x)


@points(0.1)
@needs(test_train_weights)
@hint("w1 -= ... writes into the caller's w1; work on a copy, or write w1 = w1 - ...",
      ko="w1 -= ...는 호출한 쪽의 w1을 바꿉니다. 복사본을 쓰거나 w1 = w1 - ...로 쓰세요.")  # fmt: skip
def test_train_leaves_inputs(student, device, rng):
    """Training leaves the caller's weights as they were, x and y too.

    ko: 학습이 호출한 쪽의 가중치와 x, y를 바꾸지 않는다.
    """
    for x, y, w1, w2, *how in runs(rng, FEW_SIZES):
        pure(student.train, x, y, w1, w2, *how)


@points(1.4)
@needs(test_train_weights)
@not_allowed(*AUTOGRAD)
@hint("Call your own gradients in each step.", ko="단계마다 직접 작성한 gradients를 부르세요.")
def test_train_by_hand(student, device, rng):
    """Training does without autograd.

    ko: autograd 없이 학습한다.
    """
    for run in runs(rng, FEW_SIZES):
        watched(student.train, *run)
