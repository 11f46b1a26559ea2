"""Hidden checks of exercise 3. A student reads a check's title and hint, never this file."""

import torch

from grader.checks import close, hint, needs, not_allowed, points, pure, quiet, raises, typed, watched

# one shape twice: an answer kept from an earlier call is wrong for the next numbers
SHAPES = ((), (1,), (7,), (3, 3), (4, 5), (1, 6), (2, 3, 4), (4, 5))
FEW_SHAPES = ((), (1,), (3, 4))
DTYPES = (torch.float32, torch.float64)

EXTREMES = torch.tensor([-1e4, -1000.0, -100.5, -30.0, -17.0, 0.0, 17.0, 30.0, 100.5, 1000.0, 1e4])

TORCHS_OWN = ("sigmoid", "Sigmoid", "expit", "special_expit", "binary_cross_entropy",
              "binary_cross_entropy_with_logits", "BCELoss", "BCEWithLogitsLoss")  # fmt: skip


def logits(rng, shape, dtype):
    """Moderate logits, at which every correct algebra keeps its digits."""
    return 2 * torch.randn(shape, generator=rng, dtype=torch.float64).clamp(-2, 2).to(dtype)


def probabilities(rng, shape, dtype):
    return (0.05 + 0.9 * torch.rand(shape, generator=rng, dtype=torch.float64)).to(dtype)


def labels(rng, shape, dtype):
    """Soft labels, and among them hard ones."""
    soft = torch.rand(shape, generator=rng, dtype=torch.float64)
    return torch.where(soft < 0.3, 0.0, torch.where(soft > 0.7, 1.0, soft)).to(dtype)


def cases(rng, make, shapes=SHAPES):
    """Yield (values, labels) in every shape and dtype."""
    for dtype in DTYPES:
        for shape in shapes:
            yield make(rng, shape, dtype), labels(rng, shape, dtype)


# sigmoid


@points(0.3)
@hint("Every operation in it should work elementwise, whatever the shape.",
      ko="모든 연산이 모양과 상관없이 원소별로 동작해야 합니다.")  # fmt: skip
def test_sigmoid_values(student, reference, device, rng):
    """sigmoid is right for tensors of any shape, 0-d too, in float32 and float64.

    ko: 0차원을 포함한 모든 모양에서, float32와 float64로 sigmoid가 맞다.
    """
    for z, _ in cases(rng, logits):
        want = reference.sigmoid(z.double())
        close(student.sigmoid(z), want, like=z)


@points(0.2)
@needs(test_sigmoid_values)
@hint("exp of a large number overflows. Take exp of -|z| only, and choose the formula by the sign of z.",
      ko="큰 수의 exp는 넘칩니다. -|z|의 exp만 쓰고 z의 부호에 따라 식을 고르세요.")  # fmt: skip
def test_sigmoid_extremes(student, reference, device, rng):
    """sigmoid is finite, and warns of nothing, for |z| up to 10000.

    ko: |z|가 10000까지 커져도 sigmoid가 유한하고 경고가 없다.
    """
    for dtype in DTYPES:
        z = EXTREMES.to(dtype)
        want = reference.sigmoid(z.double())
        close(quiet(student.sigmoid, z), want, like=z)


@points(0.1)
@needs(test_sigmoid_values)
@hint("Make no tensor with a dtype or device of its own; derive it from z.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 z에서 얻으세요.")  # fmt: skip
def test_sigmoid_keeps_dtype(student, device, rng):
    """sigmoid returns the dtype of its input, on its device.

    ko: sigmoid는 입력의 dtype과 device를 그대로 돌려준다.
    """
    for z, _ in cases(rng, logits, FEW_SHAPES):
        typed(student.sigmoid(z), z, device)


@points(0.1)
@needs(test_sigmoid_values)
@hint("Operations that end in _ (exp_, neg_) and assignments to z[...] change the caller's tensor.",
      ko="_로 끝나는 연산(exp_, neg_)과 z[...]에 대한 대입은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_sigmoid_leaves_input(student, device, rng):
    """sigmoid leaves its input as it was, and returns a tensor of its own.

    ko: sigmoid는 입력을 바꾸지 않고 새 텐서를 돌려준다.
    """
    for z, _ in cases(rng, logits, FEW_SHAPES):
        pure(student.sigmoid, z)


# binary_cross_entropy


@points(0.2)
@hint("The mean goes over all elements, and y may lie between 0 and 1.",
      ko="평균은 모든 원소에 대해 구하고, y는 0과 1 사이의 값일 수 있습니다.")  # fmt: skip
def test_binary_cross_entropy_values(student, reference, device, rng):
    """The loss is right for any shape, soft labels, float32 and float64.

    ko: 모든 모양, 소프트 라벨, float32와 float64에서 손실이 맞다.
    """
    for p, y in cases(rng, probabilities):
        want = reference.binary_cross_entropy(p.double(), y.double())
        close(student.binary_cross_entropy(p, y), want, like=p)


@points(0.2)
@needs(test_binary_cross_entropy_values)
@hint("Hold each logarithm at -100 from below; 0 times -inf is NaN.",
      ko="각 로그의 아래쪽을 -100으로 막으세요. 0 곱하기 -inf는 NaN입니다.")  # fmt: skip
def test_binary_cross_entropy_zero_and_one(student, reference, device, rng):
    """The loss is finite where p is exactly 0 or 1.

    ko: p가 정확히 0이나 1이어도 손실이 유한하다.
    """
    for dtype in DTYPES:
        p = torch.tensor([0.0, 1.0, 0.0, 1.0, 0.5], dtype=dtype)
        y = torch.tensor([0.0, 1.0, 1.0, 0.0, 0.25], dtype=dtype)
        for part in (slice(None), slice(0, 2), slice(2, 3), slice(3, 4)):
            want = reference.binary_cross_entropy(p[part].double(), y[part].double())
            close(student.binary_cross_entropy(p[part], y[part]), want, like=p)
    tiny, one = torch.tensor([1e-60, 0.5], dtype=torch.float64), torch.ones(2, dtype=torch.float64)
    want = reference.binary_cross_entropy(tiny, one)
    close(student.binary_cross_entropy(tiny, one), want)


@points(0.1)
@needs(test_binary_cross_entropy_values)
@hint("Compare p.shape with y.shape first, and raise ValueError.",
      ko="먼저 p.shape와 y.shape를 비교해 ValueError를 내세요.")  # fmt: skip
def test_binary_cross_entropy_checks_shapes(student, device, rng):
    """Different shapes raise ValueError, also those that would broadcast.

    ko: 모양이 다르면, 브로드캐스팅이 되더라도, ValueError를 낸다.
    """
    for left, right in different_shapes():
        p, y = probabilities(rng, left, torch.float32), labels(rng, right, torch.float32)
        raises(ValueError, student.binary_cross_entropy, p, y)


@points(0.1)
@needs(test_binary_cross_entropy_values)
@hint("Return the 0-d tensor that mean() gives, not a Python number.",
      ko="파이썬 숫자가 아니라 mean()이 주는 0차원 텐서를 돌려주세요.")  # fmt: skip
def test_binary_cross_entropy_keeps_dtype(student, device, rng):
    """The loss is a tensor of the input's dtype, on its device.

    ko: 손실은 입력과 같은 dtype, 같은 device의 텐서다.
    """
    for p, y in cases(rng, probabilities, FEW_SHAPES):
        typed(student.binary_cross_entropy(p, y), p, device)


@points(0.1)
@needs(test_binary_cross_entropy_values)
@hint("Operations that end in _ (clamp_, log_) change the caller's tensor.",
      ko="_로 끝나는 연산(clamp_, log_)은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_binary_cross_entropy_leaves_inputs(student, device, rng):
    """The loss leaves p and y as they were.

    ko: 손실 계산이 p와 y를 바꾸지 않는다.
    """
    for p, y in cases(rng, probabilities, FEW_SHAPES):
        pure(student.binary_cross_entropy, p, y)
    pure(student.binary_cross_entropy, torch.tensor([0.0, 1.0]), torch.tensor([1.0, 0.0]))


@points(1)
@needs(test_binary_cross_entropy_values)
@not_allowed(*TORCHS_OWN)
@hint("Two logarithms and a mean are enough.", ko="로그 두 개와 평균이면 충분합니다.")
def test_binary_cross_entropy_by_hand(student, device, rng):
    """The loss is written by hand.

    ko: 손실을 직접 작성했다.
    """
    student.binary_cross_entropy(torch.tensor([0.0, 0.3, 1.0]), torch.tensor([0.0, 1.0, 1.0]))
    for p, y in cases(rng, probabilities, FEW_SHAPES):
        watched(student.binary_cross_entropy, p, y)


# binary_cross_entropy_with_logits


@points(0.2)
@hint("The mean goes over all elements, and y may lie between 0 and 1.",
      ko="평균은 모든 원소에 대해 구하고, y는 0과 1 사이의 값일 수 있습니다.")  # fmt: skip
def test_with_logits_values(student, reference, device, rng):
    """The loss of logits is right for any shape, soft labels, float32 and float64.

    ko: 모든 모양, 소프트 라벨, float32와 float64에서 로짓의 손실이 맞다.
    """
    for z, y in cases(rng, logits):
        want = reference.binary_cross_entropy_with_logits(z.double(), y.double())
        close(student.binary_cross_entropy_with_logits(z, y), want, like=z)


@points(0.2)
@needs(test_with_logits_values)
@hint("Do not go through sigmoid and log: max(z, 0) - y z + log(1 + exp(-|z|)) loses nothing.",
      ko="sigmoid와 log를 거치지 마세요. max(z, 0) - y z + log(1 + exp(-|z|))는 아무것도 잃지 않습니다.")  # fmt: skip
def test_with_logits_extremes(student, reference, device, rng):
    """The loss of logits is exact for |z| up to 10000.

    ko: |z|가 10000까지 커져도 로짓의 손실이 정확하다.
    """
    for dtype in DTYPES:
        whole = EXTREMES.to(dtype)
        # one by one too: the mean of all would hide an error at a small one behind the large ones
        for z, label in [(whole, 0.3), *((z, label) for z in whole.unsqueeze(1) for label in (0.0, 1.0))]:
            y = torch.full_like(z, label)
            want = reference.binary_cross_entropy_with_logits(z.double(), y.double())
            close(quiet(student.binary_cross_entropy_with_logits, z, y), want, like=z)


@points(0.1)
@needs(test_with_logits_values)
@hint("Compare z.shape with y.shape first, and raise ValueError.",
      ko="먼저 z.shape와 y.shape를 비교해 ValueError를 내세요.")  # fmt: skip
def test_with_logits_checks_shapes(student, device, rng):
    """Different shapes of logits and labels raise ValueError, also those that would broadcast.

    ko: 로짓과 라벨의 모양이 다르면, 브로드캐스팅이 되더라도, ValueError를 낸다.
    """
    for left, right in different_shapes():
        z, y = logits(rng, left, torch.float32), labels(rng, right, torch.float32)
        raises(ValueError, student.binary_cross_entropy_with_logits, z, y)


@points(0.1)
@needs(test_with_logits_values)
@hint("Return the 0-d tensor that mean() gives, not a Python number.",
      ko="파이썬 숫자가 아니라 mean()이 주는 0차원 텐서를 돌려주세요.")  # fmt: skip
def test_with_logits_keeps_dtype(student, device, rng):
    """The loss of logits is a tensor of the input's dtype, on its device.

    ko: 로짓의 손실은 입력과 같은 dtype, 같은 device의 텐서다.
    """
    for z, y in cases(rng, logits, FEW_SHAPES):
        typed(student.binary_cross_entropy_with_logits(z, y), z, device)


@points(0.1)
@needs(test_with_logits_values)
@hint("Operations that end in _ (abs_, clamp_) change the caller's tensor.",
      ko="_로 끝나는 연산(abs_, clamp_)은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_with_logits_leaves_inputs(student, device, rng):
    """The loss of logits leaves z and y as they were.

    ko: 로짓의 손실 계산이 z와 y를 바꾸지 않는다.
    """
    for z, y in cases(rng, logits, FEW_SHAPES):
        pure(student.binary_cross_entropy_with_logits, z, y)


@points(1)
@needs(test_with_logits_values)
@not_allowed(*TORCHS_OWN)
@hint("softplus, logsigmoid and logaddexp are allowed.",
      ko="softplus, logsigmoid, logaddexp는 써도 됩니다.")  # fmt: skip
def test_with_logits_by_hand(student, device, rng):
    """The loss of logits is written by hand.

    ko: 로짓의 손실을 직접 작성했다.
    """
    student.binary_cross_entropy_with_logits(torch.tensor([-200.0, 0.3, 1.0]), torch.tensor([0.0, 1.0, 1.0]))
    for z, y in cases(rng, logits, FEW_SHAPES):
        watched(student.binary_cross_entropy_with_logits, z, y)


# binary_cross_entropy_gradient


@points(0.3)
@hint("The mean is over all elements, so divide by z.numel().",
      ko="모든 원소의 평균이므로 z.numel()로 나누세요.")  # fmt: skip
def test_gradient_values(student, reference, device, rng):
    """The gradient is right for any shape, soft labels, float32 and float64.

    ko: 모든 모양, 소프트 라벨, float32와 float64에서 기울기가 맞다.
    """
    for z, y in cases(rng, logits):
        want = reference.binary_cross_entropy_gradient(z.double(), y.double())
        close(student.binary_cross_entropy_gradient(z, y), want, like=z)


@points(0.2)
@needs(test_gradient_values)
@hint("Use a sigmoid that does not overflow.", ko="넘치지 않는 sigmoid를 쓰세요.")
def test_gradient_extremes(student, reference, device, rng):
    """The gradient is finite and right for |z| up to 10000.

    ko: |z|가 10000까지 커져도 기울기가 유한하고 맞다.
    """
    for dtype in DTYPES:
        for label in (0.0, 0.3, 1.0):
            z = EXTREMES.to(dtype)
            y = torch.full_like(z, label)
            want = reference.binary_cross_entropy_gradient(z.double(), y.double())
            close(student.binary_cross_entropy_gradient(z, y), want, like=z)


@points(0.1)
@needs(test_gradient_values)
@hint("Make no tensor with a dtype or device of its own; derive it from z.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 z에서 얻으세요.")  # fmt: skip
def test_gradient_keeps_dtype(student, device, rng):
    """The gradient has the dtype of z, on its device.

    ko: 기울기는 z와 같은 dtype, 같은 device의 텐서다.
    """
    for z, y in cases(rng, logits, FEW_SHAPES):
        typed(student.binary_cross_entropy_gradient(z, y), z, device)


@points(0.1)
@needs(test_gradient_values)
@hint("requires_grad_() and operations that end in _ change the caller's tensor.",
      ko="requires_grad_()와 _로 끝나는 연산은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_gradient_leaves_inputs(student, device, rng):
    """The gradient leaves z and y as they were, and is a tensor of its own.

    ko: 기울기 계산이 z와 y를 바꾸지 않고, 결과는 새 텐서다.
    """
    for z, y in cases(rng, logits, FEW_SHAPES):
        pure(student.binary_cross_entropy_gradient, z, y)


# predict


def far_from(threshold, rng, shape, dtype):
    """Logits whose sigmoid is not within rounding of the threshold."""
    z = logits(rng, shape, dtype)
    boundary = torch.logit(torch.tensor(threshold, dtype=torch.float64)).to(dtype)
    return torch.where((z - boundary).abs() < 1e-3, z + 0.01, z)


@points(0.3)
@hint("At z = 0 the sigmoid is exactly 0.5, which counts as 1.",
      ko="z = 0에서 sigmoid는 정확히 0.5이고, 1로 칩니다.")  # fmt: skip
def test_predict_values(student, reference, device, rng):
    """Predictions at the threshold 0.5 are right for any shape; z = 0 gives 1.

    ko: 임계값 0.5에서 모든 모양의 예측이 맞고, z = 0은 1이 된다.
    """
    for dtype in DTYPES:
        for shape in SHAPES:
            z = far_from(0.5, rng, shape, dtype)
            want = reference.predict(z.double())
            close(student.predict(z), want, like=z)
        z = torch.tensor([0.0, -0.5, 0.5, -0.002, 0.002], dtype=dtype)
        close(student.predict(z), torch.tensor([1.0, 0.0, 1.0, 0.0, 1.0]), like=z)


@points(0.2)
@needs(test_predict_values)
@hint("Compare the probability, not the logit, with the threshold.",
      ko="로짓이 아니라 확률을 임계값과 비교하세요.")  # fmt: skip
def test_predict_threshold(student, reference, device, rng):
    """Predictions are right at other thresholds too.

    ko: 다른 임계값에서도 예측이 맞다.
    """
    for dtype in DTYPES:
        for threshold in (0.1, 0.3, 0.62, 0.9):
            z = far_from(threshold, rng, (6, 7), dtype)
            want = reference.predict(z.double(), threshold)
            close(student.predict(z, threshold), want, like=z)
            close(student.predict(z, threshold=threshold), want, like=z)


@points(0.1)
@needs(test_predict_values)
@hint("A comparison gives booleans; turn them into the dtype of z.",
      ko="비교의 결과는 bool이므로 z의 dtype으로 바꾸세요.")  # fmt: skip
def test_predict_keeps_dtype(student, device, rng):
    """Predictions have the dtype of z, on its device.

    ko: 예측은 z와 같은 dtype, 같은 device의 텐서다.
    """
    for z, _ in cases(rng, logits, FEW_SHAPES):
        typed(student.predict(z), z, device)


@points(0.1)
@needs(test_predict_values)
@hint("Assignments to z[...] change the caller's tensor; make a new one.",
      ko="z[...]에 대한 대입은 호출한 쪽의 텐서를 바꿉니다. 새로 만드세요.")  # fmt: skip
def test_predict_leaves_input(student, device, rng):
    """Predictions leave z as it was, and are a tensor of their own.

    ko: 예측이 z를 바꾸지 않고, 결과는 새 텐서다.
    """
    for z, _ in cases(rng, logits, FEW_SHAPES):
        pure(student.predict, z)


@points(1)
@needs(test_predict_values)
@not_allowed(*TORCHS_OWN)
@hint("Call your own sigmoid.", ko="직접 작성한 sigmoid를 부르세요.")
def test_predict_by_hand(student, device, rng):
    """Predictions do without torch's sigmoid.

    ko: torch의 sigmoid 없이 예측한다.
    """
    student.predict(torch.tensor([-1.0, 0.0, 2.0]))
    for z, _ in cases(rng, logits, FEW_SHAPES):
        watched(student.predict, z)


def different_shapes():
    return (((3,), (3, 1)), ((4,), (1, 4)), ((2, 3), (3,)), ((5,), (1,)), ((2, 3), (3, 2)), ((), (1,)), ((6,), (2, 3)),
            ((2, 3), (2, 1)))
