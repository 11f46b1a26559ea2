"""Hidden checks of exercise 6. A student reads a check's title and hint, never this file."""

import torch

from grader.checks import build, close, equal, hint, needs, not_allowed, points, pure, raises, several, typed, watched

SHAPES = ((), (1,), (3, 3), (1, 6), (2, 3, 4))
DTYPES = (torch.float32, torch.float64)

TORCHS_OWN = ("SGD", "ASGD", "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "LBFGS", "Muon", "NAdam",
              "RAdam", "RMSprop", "Rprop", "SparseAdam", "sgd", "asgd", "adadelta", "adafactor", "adagrad", "adam",
              "adamw", "adamax", "lbfgs", "muon", "nadam", "radam", "rmsprop", "rprop", "sparse_adam", "_fused_sgd",
              "_fused_adam", "_fused_adamw", "_fused_adagrad", "torch.optim._functional", "torch.optim._multi_tensor",
              "torch.optim._adafactor", "torch.optim._muon", "torch.distributed.optim")  # fmt: skip


def numbers(rng, sign, low, high):
    """Numbers of these signs, between low and high in size."""
    return sign * (low + (high - low) * torch.rand(sign.shape, generator=rng, dtype=torch.float64))


def number(rng, low, high):
    return float(numbers(rng, torch.ones(()), low, high))


def case(rng, shape, dtype=torch.float32):
    """A parameter and its gradient. Steps make the parameter larger, so that no digits cancel."""
    sign = torch.randint(0, 2, shape, generator=rng) * 2.0 - 1
    return numbers(rng, sign, 1, 2).to(dtype), against(rng, sign).to(dtype)


def against(rng, w):
    """A gradient whose signs are the opposite of w's."""
    return numbers(rng, -w.sign().double(), 0.5, 1.5).to(w.dtype)


def double(tensor):
    return None if tensor is None else tensor.double()


def agree(got, wanted, like):
    for mine, theirs in zip(got, wanted, strict=True):
        close(mine, theirs, like=like)


# momentum_step


def moving(rng, shape, dtype=torch.float32):
    """A parameter, its velocity and its gradient."""
    w, grad = case(rng, shape, dtype)
    return w, numbers(rng, w.sign().double(), 0.1, 1).to(dtype), grad


def moves(student, reference, rng, shape, dtype=torch.float32):
    """Judge one step from a moving start."""
    w, v, grad = moving(rng, shape, dtype)
    rates = {"lr": number(rng, 0.02, 0.5), "momentum": number(rng, 0.1, 0.99)}
    wanted = reference.momentum_step(w.double(), v.double(), grad.double(), **rates)
    agree(several(student.momentum_step(w, v, grad, **rates), 2), wanted, w)


@points(0.3)
@hint("The velocity keeps momentum times what it was, and the parameter moves by the new velocity.",
      ko="속도는 이전 속도의 momentum배를 유지하고, 매개변수는 새 속도만큼 움직입니다.")  # fmt: skip
def test_momentum_step_values(student, reference, device, rng):
    """momentum_step is right for other numbers and other rates.

    ko: 다른 값과 다른 학습률, 모멘텀에서도 momentum_step이 맞다.
    """
    for n in (7, 4, 7, 4):  # each size twice: an answer kept from an earlier call is wrong for the next numbers
        moves(student, reference, rng, (n,))


@points(0.15)
@needs(test_momentum_step_values)
@hint("Every operation in it should work elementwise, whatever the shape.",
      ko="모든 연산이 모양과 상관없이 원소별로 동작해야 합니다.")  # fmt: skip
def test_momentum_step_shapes(student, reference, device, rng):
    """momentum_step is right for tensors of any shape, 0-d too.

    ko: 0차원을 포함한 모든 모양에서 momentum_step이 맞다.
    """
    for shape in SHAPES:
        moves(student, reference, rng, shape)


@points(0.15)
@needs(test_momentum_step_values)
@hint("Make no tensor with a dtype or device of its own; derive it from w.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 w에서 얻으세요.")  # fmt: skip
def test_momentum_step_keeps_dtype(student, reference, device, rng):
    """momentum_step computes in the dtype of its inputs, and returns it on their device.

    ko: momentum_step은 입력의 dtype으로 계산하고, 그 dtype과 device를 그대로 돌려준다.
    """
    for dtype in DTYPES:
        w, v, grad = moving(rng, (5,), dtype)
        for part in several(student.momentum_step(w, v, grad, 0.1, 0.9), 2):
            typed(part, w, device)
    moves(student, reference, rng, (5,), torch.float64)


@points(0.2)
@needs(test_momentum_step_values)
@hint("+=, -= and operations that end in _ (mul_, sub_) change the caller's tensor; make new ones.",
      ko="+=, -=와 _로 끝나는 연산(mul_, sub_)은 호출한 쪽의 텐서를 바꿉니다. 새로 만드세요.")  # fmt: skip
def test_momentum_step_leaves_inputs(student, device, rng):
    """momentum_step leaves w, v and grad as they were, and returns tensors of its own.

    ko: momentum_step은 w, v, grad를 바꾸지 않고 새 텐서를 돌려준다.
    """
    for shape in ((), (1,), (5,)):
        pure(student.momentum_step, *moving(rng, shape), 0.1, 0.9)


@points(1)
@needs(test_momentum_step_values)
@not_allowed(*TORCHS_OWN)
@hint("Two lines of arithmetic do it.", ko="산술 두 줄이면 됩니다.")
def test_momentum_step_by_hand(student, device, rng):
    """momentum_step is written by hand.

    ko: momentum_step을 직접 작성했다.
    """
    student.momentum_step(torch.tensor([1.0, 2.0]), torch.tensor([0.5, -0.5]), torch.tensor([2.0, 1.0]), 0.1, 0.9)
    for n in (1, 5):
        watched(student.momentum_step, *moving(rng, (n,)), number(rng, 0.02, 0.5), 0.9)


# sgd_step


def follows_torch(student, reference, rng, shape=(6,), dtype=torch.float32, **rule):
    """Judge each of three steps from the first; each begins where the right one before it ended."""
    lr = number(rng, 0.02, 0.1)
    (w, grad), buf = case(rng, shape, dtype), None
    for _ in range(3):
        wanted = reference.sgd_step(w.double(), double(buf), grad.double(), lr, **rule)
        got = several(student.sgd_step(w, buf, grad, lr, **rule), 2)
        parts = 2 if rule.get("momentum") else 1  # without momentum, the buffer has a check of its own
        agree(got[:parts], wanted[:parts], w)
        w, buf = wanted[0].to(dtype), wanted[1] if wanted[1] is None else wanted[1].to(dtype)
        grad = against(rng, w)


@points(0.2)
@hint("Follow one element over three steps on paper: buf' mixes buf and the gradient, and w' = w - lr*buf'.",
      ko="원소 하나를 세 걸음 따라가 보세요. buf'는 buf와 기울기를 섞은 것이고 w' = w - lr*buf'입니다.")  # fmt: skip
def test_sgd_step_values(student, reference, device, rng):
    """sgd_step with momentum follows torch.optim.SGD over several steps.

    ko: 모멘텀이 있는 sgd_step이 여러 걸음 동안 torch.optim.SGD와 같다.
    """
    follows_torch(student, reference, rng, momentum=number(rng, 0.2, 0.6))
    follows_torch(student, reference, rng, momentum=number(rng, 0.7, 0.95))


@points(0.1)
@needs(test_sgd_step_values)
@hint("Every operation in it should work elementwise, whatever the shape.",
      ko="모든 연산이 모양과 상관없이 원소별로 동작해야 합니다.")  # fmt: skip
def test_sgd_step_shapes(student, reference, device, rng):
    """sgd_step is right for tensors of any shape, 0-d too.

    ko: 0차원을 포함한 모든 모양에서 sgd_step이 맞다.
    """
    for shape in SHAPES:
        follows_torch(student, reference, rng, shape, momentum=number(rng, 0.3, 0.9))


@points(0.1)
@hint("With momentum 0, w' = w - lr*grad; dampening is a matter of the buffer only.",
      ko="모멘텀이 0이면 w' = w - lr*grad입니다. dampening은 버퍼에만 쓰입니다.")  # fmt: skip
def test_sgd_step_without_momentum(student, reference, device, rng):
    """sgd_step without momentum is plain gradient descent.

    ko: 모멘텀이 없는 sgd_step은 보통의 경사 하강법이다.
    """
    follows_torch(student, reference, rng)
    follows_torch(student, reference, rng, momentum=0.0, dampening=number(rng, 0.2, 0.8))
    w, grad = case(rng, (6,))
    got = several(student.sgd_step(w, grad / 2, grad, 0.1), 2)  # a buffer that an earlier momentum left
    close(got[0], reference.sgd_step(w.double(), None, grad.double(), 0.1)[0], like=w)


@points(0.1)
@needs(test_sgd_step_without_momentum)
@hint("With momentum 0 there is no buffer: return None in its place, whatever buf was.",
      ko="모멘텀이 0이면 버퍼가 없습니다. buf가 무엇이었든 그 자리에 None을 돌려주세요.")  # fmt: skip
def test_sgd_step_without_momentum_has_no_buffer(student, device, rng):
    """sgd_step without momentum returns None for the buffer.

    ko: 모멘텀이 없는 sgd_step은 버퍼 자리에 None을 돌려준다.
    """
    w, grad = case(rng, (4,))
    equal(several(student.sgd_step(w, None, grad, 0.1), 2)[1], None)
    equal(several(student.sgd_step(w, grad, grad, 0.1, weight_decay=0.1), 2)[1], None)


@points(0.1)
@needs(test_sgd_step_values)
@hint("Dampening weakens the gradient that enters the buffer, from the second step on.",
      ko="dampening은 두 번째 걸음부터 버퍼에 들어가는 기울기를 줄입니다.")  # fmt: skip
def test_sgd_step_dampening(student, reference, device, rng):
    """sgd_step dampens the gradient, but not at the first step.

    ko: sgd_step은 첫 걸음이 아닐 때 기울기를 dampening만큼 줄인다.
    """
    follows_torch(student, reference, rng, momentum=number(rng, 0.3, 0.9), dampening=number(rng, 0.2, 0.8))


@points(0.15)
@needs(test_sgd_step_values)
@hint("Add weight_decay*w to the gradient before anything else is done with it, with momentum or without.",
      ko="모멘텀이 있든 없든, 다른 계산을 하기 전에 기울기에 weight_decay*w를 더하세요.")  # fmt: skip
def test_sgd_step_weight_decay(student, reference, device, rng):
    """sgd_step adds the weight decay to the gradient, before the momentum.

    ko: sgd_step은 모멘텀보다 먼저 기울기에 가중치 감쇠를 더한다.
    """
    follows_torch(student, reference, rng, weight_decay=number(rng, 0.02, 0.1))
    follows_torch(student, reference, rng, momentum=number(rng, 0.3, 0.9), weight_decay=number(rng, 0.02, 0.1))


@points(0.15)
@needs(test_sgd_step_values)
@hint("With nesterov the step goes along grad + momentum*buf', with the new buffer, at the first step too.",
      ko="nesterov이면 첫 걸음부터 새 버퍼를 써서 grad + momentum*buf'의 방향으로 갑니다.")  # fmt: skip
def test_sgd_step_nesterov(student, reference, device, rng):
    """sgd_step with nesterov looks one step ahead.

    ko: nesterov인 sgd_step은 한 걸음 앞을 내다본다.
    """
    follows_torch(student, reference, rng, momentum=number(rng, 0.3, 0.9), nesterov=True)


@points(0.05)
@needs(test_sgd_step_dampening, test_sgd_step_weight_decay, test_sgd_step_nesterov)
@hint("The gradient with its decay takes the place of grad in every later line.",
      ko="감쇠를 더한 기울기가 그 뒤 모든 줄에서 grad를 대신합니다.")  # fmt: skip
def test_sgd_step_together(student, reference, device, rng):
    """sgd_step is right with weight decay and dampening, and with weight decay and nesterov.

    ko: 가중치 감쇠와 dampening, 가중치 감쇠와 nesterov를 함께 써도 sgd_step이 맞다.
    """
    momentum, decay = number(rng, 0.3, 0.9), number(rng, 0.02, 0.1)
    follows_torch(student, reference, rng, momentum=momentum, weight_decay=decay, dampening=number(rng, 0.2, 0.8))
    follows_torch(student, reference, rng, momentum=momentum, weight_decay=decay, nesterov=True)


@points(0.1)
@needs(test_sgd_step_values)
@hint("Check the arguments first: nesterov needs a momentum, and a dampening of 0.",
      ko="먼저 인자를 확인하세요. nesterov에는 모멘텀이 필요하고 dampening은 0이어야 합니다.")  # fmt: skip
def test_sgd_step_refuses_nesterov(student, device, rng):
    """sgd_step raises ValueError for nesterov without momentum, or with dampening.

    ko: 모멘텀이 없거나 dampening이 있는데 nesterov이면 sgd_step은 ValueError를 낸다.
    """
    w, grad = case(rng, (3,))
    for buf in (None, grad):
        for rule in ({}, {"dampening": 0.5}, {"momentum": 0.9, "dampening": 0.5}):
            raises(ValueError, student.sgd_step, w, buf, grad, 0.1, nesterov=True, **rule)


@points(0.05)
@needs(test_sgd_step_together)
@hint("Make no tensor with a dtype or device of its own; derive it from w or grad, and let every step stay in that dtype.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 w나 grad에서 얻으세요. 중간 계산도 그 dtype으로 하세요.")  # fmt: skip
def test_sgd_step_keeps_dtype(student, reference, device, rng):
    """sgd_step computes in the dtype of its inputs, and returns it on their device.

    ko: sgd_step은 입력의 dtype으로 계산하고, 그 dtype과 device를 그대로 돌려준다.
    """
    for dtype in DTYPES:
        w, grad = case(rng, (5,), dtype)
        typed(several(student.sgd_step(w, None, grad, 0.1), 2)[0], w, device)
        for buf in (None, grad):
            for part in several(student.sgd_step(w, buf, grad, 0.1, momentum=0.9), 2):
                typed(part, w, device)
    momentum, decay = number(rng, 0.3, 0.9), number(rng, 0.02, 0.1)
    for rule in ({"weight_decay": decay}, {"momentum": momentum, "weight_decay": decay, "nesterov": True},
                 {"momentum": momentum, "dampening": number(rng, 0.2, 0.8)}):  # fmt: skip
        follows_torch(student, reference, rng, dtype=torch.float64, **rule)


@points(0.1)
@needs(test_sgd_step_values)
@hint("Operations that end in _ change the caller's tensor, and the first buffer has to be a copy of the gradient.",
      ko="_로 끝나는 연산은 호출한 쪽의 텐서를 바꿉니다. 첫 버퍼는 기울기의 복사본이어야 합니다.")  # fmt: skip
def test_sgd_step_leaves_inputs(student, device, rng):
    """sgd_step leaves w, buf and grad as they were, and returns tensors of its own, the first buffer too.

    ko: sgd_step은 w, buf, grad를 바꾸지 않고, 첫 버퍼를 포함해 새 텐서를 돌려준다.
    """
    w, grad = case(rng, (5,))
    for buf in (None, grad / 2):
        for rule in ({}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}):
            for decay in (0.0, 0.1):
                pure(student.sgd_step, w, buf, grad, 0.1, weight_decay=decay, **rule)


# minimize_quadratic


def valley(rng, d, dtype=torch.float32):
    """A, b and w. The lowest point lies far from 0 in every direction, and w not far from it."""
    a = torch.rand(d, d, generator=rng, dtype=torch.float64) / d
    a = (a + a.T) / 2 + torch.eye(d, dtype=torch.float64)
    b = a @ numbers(rng, torch.ones(d, dtype=torch.float64), 4, 5)
    return a.to(dtype), b.to(dtype), numbers(rng, torch.ones(d), 3, 6).to(dtype)


def descends(student, reference, rng, d, steps, dtype=torch.float32):
    """Judge a path down one valley."""
    a, b, w = valley(rng, d, dtype)
    rates = {"lr": number(rng, 0.05, 0.3), "momentum": number(rng, 0.2, 0.8)}
    wanted = reference.minimize_quadratic(a.double(), b.double(), w.double(), steps=steps, **rates)
    close(student.minimize_quadratic(a, b, w, steps=steps, **rates), wanted, like=w)


@points(0.3)
@hint("Each step needs the gradient at the point just reached, and the velocity that the step before left.",
      ko="걸음마다 방금 도착한 점에서의 기울기와 앞 걸음이 남긴 속도가 필요합니다.")  # fmt: skip
def test_minimize_quadratic_values(student, reference, device, rng):
    """The path is right for any number of dimensions and of steps.

    ko: 몇 차원에서 몇 걸음을 가든 경로가 맞다.
    """
    for d, steps in ((2, 7), (3, 2), (4, 1), (5, 6), (3, 2), (2, 50)):
        descends(student, reference, rng, d, steps)


@points(0.1)
@needs(test_minimize_quadratic_values)
@hint("With d = 1 the path is still (steps + 1, 1); squeeze nothing away.",
      ko="d = 1이어도 경로는 (steps + 1, 1)입니다. 축을 없애지 마세요.")  # fmt: skip
def test_minimize_quadratic_in_one_dimension(student, reference, device, rng):
    """The path is right for a single parameter.

    ko: 매개변수가 하나일 때도 경로가 맞다.
    """
    for steps in (4, 1):
        descends(student, reference, rng, 1, steps)


@points(0.1)
@needs(test_minimize_quadratic_values)
@hint("A path of no steps is still a row: the point where it begins.",
      ko="한 걸음도 없는 경로에도 행이 하나 있습니다. 시작점입니다.")  # fmt: skip
def test_minimize_quadratic_without_steps(student, device, rng):
    """The path of 0 steps is w alone, as one row.

    ko: 0걸음의 경로는 w 하나뿐인 한 행이다.
    """
    a, b, w = valley(rng, 3)
    close(student.minimize_quadratic(a, b, w, 0.1, 0.9, 0), w.unsqueeze(0))


@points(0.15)
@needs(test_minimize_quadratic_values)
@hint("A tensor made by torch.zeros or torch.empty is float32 on the CPU, unless you say w's dtype and device.",
      ko="torch.zeros로 만든 텐서는 w의 dtype과 device를 정해 주지 않으면 CPU의 float32입니다.")  # fmt: skip
def test_minimize_quadratic_keeps_dtype(student, reference, device, rng):
    """The path is computed in the dtype of w, and has it on its device.

    ko: 경로는 w의 dtype으로 계산되고, w와 같은 dtype, 같은 device의 텐서다.
    """
    for dtype in DTYPES:
        a, b, w = valley(rng, 3, dtype)
        typed(student.minimize_quadratic(a, b, w, 0.1, 0.9, 4), w, device)
    descends(student, reference, rng, 4, 5, torch.float64)


@points(0.15)
@needs(test_minimize_quadratic_values)
@hint("w += v moves the caller's w; write w = w + v.", ko="w += v는 호출한 쪽의 w를 움직입니다. w = w + v라고 쓰세요.")
def test_minimize_quadratic_leaves_inputs(student, device, rng):
    """Walking the path leaves A, b and w as they were.

    ko: 경로를 구해도 A, b, w는 그대로다.
    """
    for d, steps in ((2, 3), (3, 3), (1, 2)):
        pure(student.minimize_quadratic, *valley(rng, d), 0.1, 0.9, steps)


@points(1)
@needs(test_minimize_quadratic_values)
@not_allowed(*TORCHS_OWN)
@hint("A loop around your own momentum_step does it.", ko="직접 작성한 momentum_step을 반복해서 부르면 됩니다.")
def test_minimize_quadratic_by_hand(student, device, rng):
    """The path is walked by hand.

    ko: 경로를 직접 구했다.
    """
    student.minimize_quadratic(torch.eye(2), torch.tensor([1.0, 2.0]), torch.zeros(2), 0.1, 0.9, 3)
    for d in (2, 3):
        watched(student.minimize_quadratic, *valley(rng, d), number(rng, 0.02, 0.1), 0.9, 3)


# MomentumSGD

BACKWARD = build("lambda w, c: (c * w * w).sum().backward()")
REFILL = build("lambda w, g: setattr(w, 'grad', g.clone()) if w.grad is None else w.grad.copy_(g)")


def keep(side, weights):
    return [side.keep(w, requires_grad=True) for w in weights]


def give(parameters, grads):
    """Put a gradient, or None, into each parameter."""
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter["grad"] = grad


def held(side, parameters):
    return [side.fetch(parameter) for parameter in parameters]


def draw_rounds(rng, weights, rounds):
    """Gradients for each parameter, for a number of steps."""
    return [[against(rng, w) for w in weights] for _ in range(rounds)]


def walk(side, weights, rounds, *rates, **named):
    """Yield what the parameters hold after each step; a round gives each of them a gradient, or None."""
    parameters = keep(side, weights)
    optimizer = side.MomentumSGD.kept(parameters, *rates, **named)
    for grads in rounds:
        give(parameters, grads)
        optimizer.step()
        yield held(side, parameters)


def same_walk(student, reference, weights, rounds, *rates, **named):
    """Judge every position of every parameter."""
    doubles = [w.double() for w in weights], [list(map(double, grads)) for grads in rounds]
    wanted = walk(reference, *doubles, *rates, **named)
    for got, want in zip(walk(student, weights, rounds, *rates, **named), wanted, strict=True):
        agree(got, want, weights[0])


@points(0.2)
@hint("The velocity must outlive the call of step, and both rates are those that __init__ was given.",
      ko="속도는 step 호출이 끝나도 남아 있어야 하고, 학습률과 모멘텀은 __init__이 받은 값이어야 합니다.")  # fmt: skip
def test_class_values(student, reference, device, rng):
    """MomentumSGD keeps its velocity from step to step, for other numbers and rates.

    ko: 다른 값과 다른 학습률, 모멘텀에서도 MomentumSGD가 속도를 다음 걸음까지 간직한다.
    """
    for shape in ((4,), (3, 3)):
        weights = [case(rng, shape)[0]]
        rounds = draw_rounds(rng, weights, 3)
        same_walk(student, reference, weights, rounds, number(rng, 0.02, 0.2), number(rng, 0.2, 0.8))


@points(0.05)
@needs(test_class_values)
@hint("Look at the signature once more.", ko="함수 시그니처를 다시 보세요.")
def test_class_default_momentum(student, reference, device, rng):
    """MomentumSGD has a momentum of 0.9 where none is given.

    ko: 모멘텀을 주지 않으면 MomentumSGD의 모멘텀은 0.9다.
    """
    weights = [case(rng, (4,))[0]]
    same_walk(student, reference, weights, draw_rounds(rng, weights, 2), lr=number(rng, 0.02, 0.2))


@points(0.05)
@needs(test_class_values)
@hint("__init__ only makes ready; moving is for step.", ko="__init__은 준비만 합니다. 움직이는 것은 step의 일입니다.")
def test_class_waits_for_step(student, device, rng):
    """MomentumSGD moves nothing before step is called.

    ko: step을 부르기 전에는 MomentumSGD가 아무것도 움직이지 않는다.
    """
    w, grad = case(rng, (4,))
    parameter = student.keep(w, requires_grad=True)
    parameter["grad"] = grad
    student.MomentumSGD.kept([parameter], lr=0.1, momentum=0.9)
    close(student.fetch(parameter), w)


@points(0.15)
@needs(test_class_values)
@hint("Each parameter has a velocity of its own; what tells two of them apart is the tensor itself.",
      ko="매개변수마다 속도가 따로 있습니다. 구별의 기준은 값이나 모양이 아니라 텐서 자체입니다.")  # fmt: skip
def test_class_several_parameters(student, reference, device, rng):
    """MomentumSGD has a velocity for each parameter, of equal shapes or values or 0-d.

    ko: 모양이나 값이 같아도, 0차원이어도 MomentumSGD는 매개변수마다 속도를 따로 둔다.
    """
    first, second = case(rng, (2, 3))[0], case(rng, ())[0]
    weights = [first, first.clone(), second]
    same_walk(student, reference, weights, draw_rounds(rng, weights, 2), lr=0.05, momentum=0.8)


@points(0.1)
@needs(test_class_values)
@hint("Change the tensor that you were given, under torch.no_grad(); keep no copy of its values.",
      ko="받은 텐서 자체를 torch.no_grad() 안에서 바꾸세요. 그 값의 복사본을 따로 두지 마세요.")  # fmt: skip
def test_class_in_place(student, reference, device, rng):
    """MomentumSGD trains the very tensor it was given, which stays a leaf that requires grad.

    ko: MomentumSGD는 받은 텐서 자체를 학습시키고, 그 텐서는 requires_grad인 leaf로 남는다.
    """
    (w, c), new = case(rng, (2, 3)), case(rng, (2, 3))[0]
    wanted = trained(reference, w.double(), c.abs().double(), new.double())
    agree(trained(student, w, c.abs(), new), wanted, w)


def trained(side, w, c, new):
    """Yield what a parameter holds after each of three backward passes, the last from a value set by hand."""
    (parameter,), backward = keep(side, [w]), side.keep(BACKWARD)
    optimizer = side.MomentumSGD.kept([parameter], lr=0.02, momentum=0.8)
    for step in range(3):
        if step == 2:
            parameter["data"] = new
        parameter["grad"] = None
        backward(parameter, c)
        optimizer.step()
        yield side.fetch(parameter)


@points(0.15)
@needs(test_class_values)
@hint("A parameter without a gradient is passed over, and only that one: neither it nor its velocity changes.",
      ko="기울기가 없는 매개변수만 건너뛰세요. 그 매개변수도, 그 속도도 바뀌지 않습니다.")  # fmt: skip
def test_class_skips_none(student, reference, device, rng):
    """MomentumSGD skips a parameter whose grad is None, and goes on with the others.

    ko: MomentumSGD는 grad가 None인 매개변수를 건너뛰고 나머지는 계속 갱신한다.
    """
    weights = [case(rng, (2, 2))[0] for _ in range(2)]
    rounds = draw_rounds(rng, weights, 4)
    for row, place in ((0, 0), (1, 1), (2, 0), (2, 1)):
        rounds[row][place] = None
    rounds[3][0] = torch.zeros(2, 2)  # no gradient is not a gradient of 0, at which the velocity goes on
    same_walk(student, reference, weights, rounds, lr=0.05, momentum=0.8)


@points(0.15)
@needs(test_class_values)
@hint("A generator can be walked through only once; keep its items in a list.",
      ko="제너레이터는 한 번만 훑을 수 있습니다. 그 항목을 리스트에 담아 두세요.")  # fmt: skip
def test_class_iterables(student, reference, device, rng):
    """MomentumSGD takes any iterable of parameters, generators too.

    ko: MomentumSGD는 제너레이터를 포함한 어떤 iterable로도 매개변수를 받는다.
    """
    weights = [case(rng, (2, 3))[0]]
    rounds = draw_rounds(rng, weights, 2)
    wanted = walked_from(reference, weights, rounds)
    agree(walked_from(student, weights, rounds, tuple), wanted, weights[0])
    for source in ("lambda ws: (w for w in ws)", "lambda ws: dict(enumerate(ws)).values()"):
        agree(walked_from(student, weights, rounds, student.keep(build(source))), wanted, weights[0])


def walked_from(side, weights, rounds, iterable=list):
    """Return what parameters hold after a few steps of an optimizer that got them as some iterable."""
    parameters = keep(side, weights)
    optimizer = side.MomentumSGD.kept(iterable(parameters), lr=0.05, momentum=0.8)
    for grads in rounds:
        give(parameters, grads)
        optimizer.step()
    return held(side, parameters)


@points(0.15)
@needs(test_class_values)
@hint("Set every grad to None or fill it with 0, where there is one; touch nothing else.",
      ko="grad가 있는 곳마다 None으로 두거나 0으로 채우고, 다른 것은 건드리지 마세요.")  # fmt: skip
def test_class_zero_grad(student, reference, device, rng):
    """zero_grad leaves every grad None or zero, and the parameters and their velocities as they are.

    ko: zero_grad는 모든 grad를 None이나 0으로 만들고 매개변수와 속도는 그대로 둔다.
    """
    weights = [case(rng, shape)[0] for shape in ((2, 3), (5,), (4,))]
    rounds = draw_rounds(rng, weights, 2)
    parameters = keep(student, weights)
    agree(cleared(student, parameters, rounds), cleared(reference, keep(reference, weights), rounds), weights[0])
    for parameter, w in zip(parameters, weights, strict=True):
        grad = parameter["grad"]
        if grad is not None:
            close(grad, torch.zeros_like(w))


def cleared(side, parameters, rounds):
    """Return what parameters hold after a few steps; some grads, or all, are None when zero_grad is called."""
    optimizer = side.MomentumSGD.kept(parameters, lr=0.05, momentum=0.8)
    optimizer.zero_grad()
    for grads in rounds:
        give(parameters, grads)
        optimizer.step()
        parameters[0]["grad"] = None
        optimizer.zero_grad()
    return held(side, parameters)


@points(0.1)
@needs(test_class_values)
@hint("What an optimizer remembers belongs to the object: make it in __init__, not in the class or the module.",
      ko="옵티마이저가 기억하는 것은 객체의 것입니다. 클래스나 모듈이 아니라 __init__에서 만드세요.")  # fmt: skip
def test_class_two_optimizers(student, reference, device, rng):
    """Two MomentumSGD objects share nothing, and a new one begins at rest.

    ko: 두 MomentumSGD 객체는 아무것도 공유하지 않고, 새 객체는 정지 상태에서 시작한다.
    """
    weights = [case(rng, (2, 3))[0] for _ in range(2)]
    rounds = draw_rounds(rng, weights, 2)
    agree(taken_in_turns(student, weights, rounds), taken_in_turns(reference, weights, rounds), weights[0])


def taken_in_turns(side, weights, rounds):
    """Return what two parameters hold after two optimizers took turns, and a third went on with the first of them."""
    left, right = keep(side, weights)
    optimizers = [side.MomentumSGD.kept([left], 0.05, 0.9), side.MomentumSGD.kept([right], 0.02, 0.5)]
    for grads in rounds:
        give((left, right), grads)
        for optimizer in optimizers:
            optimizer.step()
    give((left, right), rounds[0])
    side.MomentumSGD.kept([left], 0.03, 0.7).step()
    return held(side, (left, right))


@points(0.05)
@needs(test_class_values)
@hint("The next backward writes over .grad; keep no velocity in its memory.",
      ko="다음 backward는 .grad를 덮어씁니다. 그 메모리에 속도를 두지 마세요.")  # fmt: skip
def test_class_owns_velocity(student, reference, device, rng):
    """MomentumSGD keeps its velocity when new numbers are written into the same grad.

    ko: 같은 grad에 새 값이 쓰여도 MomentumSGD의 속도는 그대로다.
    """
    w = case(rng, (2, 3))[0]
    rounds = draw_rounds(rng, [w], 3)
    agree(refilled(student, w, rounds), refilled(reference, w, rounds), w)


def refilled(side, w, rounds):
    """Yield what a parameter holds after two steps by each gradient, all written into one and the same tensor."""
    (parameter,), refill = keep(side, [w]), side.keep(REFILL)
    optimizer = side.MomentumSGD.kept([parameter], lr=0.05, momentum=0.8)
    for (grad,) in rounds:
        refill(parameter, grad)
        for _ in range(2):  # the second sees whether the first left the gradient as it was
            optimizer.step()
        yield side.fetch(parameter)


@points(0.05)
@needs(test_class_values)
@hint("Make velocities from the parameters, with torch.zeros_like.",
      ko="torch.zeros_like로 매개변수에서 속도를 만드세요.")  # fmt: skip
def test_class_keeps_dtype(student, reference, device, rng):
    """MomentumSGD computes in a parameter's dtype, and leaves it and the device as they are.

    ko: MomentumSGD는 매개변수의 dtype으로 계산하고, 그 dtype과 device를 그대로 둔다.
    """
    for dtype in DTYPES:
        weights = [case(rng, (4,), dtype)[0]]
        rounds = draw_rounds(rng, weights, 2)
        for (got,) in walk(student, weights, rounds, lr=0.1, momentum=0.8):
            typed(got, weights[0], device)
    same_walk(student, reference, weights, rounds, lr=0.1, momentum=0.8)
