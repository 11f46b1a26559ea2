"""Hidden checks of exercise 4. A student reads a check's title and hint, never this file."""

import torch

from grader.checks import close, hint, needs, not_allowed, points, pure, typed, watched

# (n, k, how many of the classes are targets); (6, 4) comes twice: an answer kept from an earlier call is then wrong
SIZES = ((1, 1, 1), (1, 5, 5), (4, 1, 1), (3, 3, 3), (5, 2, 2), (6, 4, 4), (2, 7, 7), (6, 4, 3))
FEW_SIZES = ((1, 3, 3), (4, 4, 4), (5, 2, 2), (2, 1, 1))
DTYPES = (torch.float32, torch.float64)

EXTREMES = torch.tensor([
    [1e4, 1e4, 1e4], [-1e4, -1e4, -1e4], [1e4, 0.0, -1e4], [-1e4, 1e4, 0.0], [-9990.0, -1e4, -1e4],
    [9999.0, 1e4, 9990.0], [800.0, 800.0, -800.0], [-800.0, -810.0, -790.0], [0.0, -120.0, -50.0],
])  # fmt: skip
# whose largest logit is clear of the others; it is never the first, which argmax takes for a row of NaN
CLEAR = torch.tensor([[-1e4, 1e4, 9990.0], [-1e4, -9990.0, -9000.0], [-800.0, -810.0, -790.0], [0.0, 120.0, -1e4]])

# float32 numbers near 1e4 lie 1e-3 apart, and a right log-sum may be rounded to one of them
EXTREME_LIKE = {torch.float32: torch.empty(0, dtype=torch.float16), torch.float64: torch.empty(0, dtype=torch.float32)}

TORCHS_OWN = ("softmax", "Softmax", "Softmax2d", "_softmax", "special_softmax", "_safe_softmax", "_masked_softmax",
              "_sparse_softmax", "_softmax_backward_data", "softmin", "Softmin", "gumbel_softmax", "SoftmaxTransform",
              "scaled_dot_product_attention", "_scaled_dot_product_flash_attention_for_cpu",
              "log_softmax", "LogSoftmax", "_log_softmax", "special_log_softmax", "_sparse_log_softmax",
              "_log_softmax_backward_data", "AdaptiveLogSoftmaxWithLoss",
              "logsumexp", "special_logsumexp",
              "cross_entropy", "CrossEntropyLoss", "cross_entropy_loss", "linear_cross_entropy",
              "LinearCrossEntropyLoss",
              "nll_loss", "NLLLoss", "NLLLoss2d", "nll_loss_nd", "nll_loss_forward", "nll_loss2d", "nll_loss2d_forward",
              "nll_loss_backward")  # fmt: skip


def logits(rng, n, k, dtype):
    """Logits at which every correct algebra keeps its digits: from -2 to 2, in float64 from -20 to 20."""
    widest = 20 if dtype == torch.float64 else 2
    return (widest * (2 * torch.rand(n, k, generator=rng, dtype=torch.float64) - 1)).to(dtype)


def soft_labels(rng, n, k, dtype):
    """Rows that sum to 1, with zeros among their weights."""
    weights = torch.rand(n, k, generator=rng, dtype=torch.float64)
    weights = torch.where(weights < 0.3, 0.0, weights)
    weights[:, -1] += 0.1
    return (weights / weights.sum(dim=1, keepdim=True)).to(dtype)


def cases(rng, sizes=SIZES, dtypes=(torch.float32,)):
    """Yield (logits, target) of every size and dtype."""
    for dtype in dtypes:
        for n, k, classes in sizes:
            yield logits(rng, n, k, dtype), torch.randint(classes, (n,), generator=rng)


def soft_cases(rng, sizes=SIZES, dtypes=(torch.float32,)):
    """Yield (logits, soft labels) of every size and dtype."""
    for z, _ in cases(rng, sizes, dtypes):
        yield z, soft_labels(rng, *z.shape, z.dtype)


def extreme_cases():
    """Yield (logits, target): each class as the target of all rows, then each row alone with its largest logit's.

    The mean of all would hide an error in a small loss.
    """
    for dtype in DTYPES:
        z = EXTREMES.to(dtype)
        largest = z.argmax(dim=1)
        for label in range(3):
            yield z, torch.full_like(largest, label)
        yield from zip(z.split(1), largest.split(1), strict=True)


# softmax


@points(0.15)
@hint("Every row has a sum of its own: over the last dimension, with keepdim=True.",
      ko="합은 행마다 따로입니다. 마지막 차원으로 keepdim=True와 함께 더하세요.")  # fmt: skip
def test_softmax_values(student, reference, device, rng):
    """softmax is right for any number of rows and classes.

    ko: 행과 클래스가 몇 개든 softmax가 맞다.
    """
    for z, _ in cases(rng):
        want = reference.softmax(z.double())
        close(student.softmax(z), want, like=z)


@points(0.2)
@needs(test_softmax_values)
@hint("exp of a large number overflows. The same number taken off a whole row changes none of its probabilities.",
      ko="큰 수의 exp는 넘칩니다. 한 행 전체에서 같은 수를 빼도 확률은 그대로입니다.")  # fmt: skip
def test_softmax_extremes(student, reference, device, rng):
    """softmax is finite and right for |z| up to 10000.

    ko: |z|가 10000까지 커져도 softmax가 유한하고 맞다.
    """
    for dtype in DTYPES:
        z = EXTREMES.to(dtype)
        want = reference.softmax(z.double())
        close(student.softmax(z), want, like=EXTREME_LIKE[dtype])


@points(0.15)
@needs(test_softmax_values)
@hint("Make no tensor with a dtype or device of its own; derive it from z, and let every step stay in that dtype.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 z에서 얻으세요. 중간 계산도 그 dtype으로 하세요.")  # fmt: skip
def test_softmax_keeps_dtype(student, reference, device, rng):
    """softmax returns the dtype of its input, at its precision, on its device.

    ko: softmax는 입력의 dtype과 device를 지키고, 그 dtype만큼 정밀하다.
    """
    for z, _ in cases(rng, FEW_SIZES, DTYPES):
        got = student.softmax(z)
        typed(got, z, device)
        close(got, reference.softmax(z.double()), like=z)


@points(0.1)
@needs(test_softmax_values)
@hint("Operations that end in _ (exp_, sub_) and -= or /= on z change the caller's tensor.",
      ko="_로 끝나는 연산(exp_, sub_)과 z에 대한 -=, /=는 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_softmax_leaves_input(student, device, rng):
    """softmax leaves its input as it was, and returns a tensor of its own.

    ko: softmax는 입력을 바꾸지 않고 새 텐서를 돌려준다.
    """
    for z, _ in cases(rng, FEW_SIZES, DTYPES):
        pure(student.softmax, z)
    pure(student.softmax, EXTREMES.clone())


# log_softmax


@points(0.15)
@hint("Every row has a sum of its own: over the last dimension, with keepdim=True.",
      ko="합은 행마다 따로입니다. 마지막 차원으로 keepdim=True와 함께 더하세요.")  # fmt: skip
def test_log_softmax_values(student, reference, device, rng):
    """log_softmax is right for any number of rows and classes.

    ko: 행과 클래스가 몇 개든 log_softmax가 맞다.
    """
    for z, _ in cases(rng):
        want = reference.log_softmax(z.double())
        close(student.log_softmax(z), want, like=z)


@points(0.2)
@needs(test_log_softmax_values)
@hint("Do not take the log of a probability, which may be 0. Take the row's largest logit off before exp.",
      ko="0이 될 수 있는 확률에 log를 취하지 마세요. exp를 하기 전에 그 행의 가장 큰 로짓을 빼세요.")  # fmt: skip
def test_log_softmax_extremes(student, reference, device, rng):
    """log_softmax is exact for |z| up to 10000, and never -inf.

    ko: |z|가 10000까지 커져도 log_softmax가 정확하고 -inf가 되지 않는다.
    """
    for dtype in DTYPES:
        z = EXTREMES.to(dtype)
        want = reference.log_softmax(z.double())
        close(student.log_softmax(z), want, like=EXTREME_LIKE[dtype])


@points(0.15)
@needs(test_log_softmax_values)
@hint("Make no tensor with a dtype or device of its own; derive it from z, and let every step stay in that dtype.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 z에서 얻으세요. 중간 계산도 그 dtype으로 하세요.")  # fmt: skip
def test_log_softmax_keeps_dtype(student, reference, device, rng):
    """log_softmax returns the dtype of its input, at its precision, on its device.

    ko: log_softmax는 입력의 dtype과 device를 지키고, 그 dtype만큼 정밀하다.
    """
    for z, _ in cases(rng, FEW_SIZES, DTYPES):
        got = student.log_softmax(z)
        typed(got, z, device)
        close(got, reference.log_softmax(z.double()), like=z)


@points(0.1)
@needs(test_log_softmax_values)
@hint("Operations that end in _ (sub_, exp_) and -= on z change the caller's tensor.",
      ko="_로 끝나는 연산(sub_, exp_)과 z에 대한 -=는 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_log_softmax_leaves_input(student, device, rng):
    """log_softmax leaves its input as it was, and returns a tensor of its own.

    ko: log_softmax는 입력을 바꾸지 않고 새 텐서를 돌려준다.
    """
    for z, _ in cases(rng, FEW_SIZES, DTYPES):
        pure(student.log_softmax, z)
    pure(student.log_softmax, EXTREMES.clone())


@points(0.85)
@needs(test_log_softmax_values)
@not_allowed(*TORCHS_OWN)
@hint("exp, sum and log are enough; torch.logaddexp is allowed too.",
      ko="exp, sum, log면 충분합니다. torch.logaddexp도 써도 됩니다.")  # fmt: skip
def test_log_softmax_by_hand(student, device, rng):
    """log_softmax is written by hand.

    ko: log_softmax를 직접 작성했다.
    """
    student.log_softmax(torch.tensor([[0.3, -200.0, 1.0], [1.0, 2.0, 3.0]]))
    for z, _ in cases(rng, FEW_SIZES, DTYPES):
        watched(student.log_softmax, z)


# cross_entropy


@points(0.2)
@hint("Row i contributes -log p at its own column, target[i]; the mean is over the rows.",
      ko="i번째 행에서는 target[i]번째 열의 -log p만 쓰고, 행에 대해 평균을 냅니다.")  # fmt: skip
def test_cross_entropy_values(student, reference, device, rng):
    """The loss is right for any number of rows and classes.

    ko: 행과 클래스가 몇 개든 손실이 맞다.
    """
    for z, target in cases(rng):
        want = reference.cross_entropy(z.double(), target)
        close(student.cross_entropy(z, target), want, like=z)


@points(0.2)
@needs(test_cross_entropy_values)
@hint("Start from a log_softmax that is exact, not from the log of a probability.",
      ko="확률의 log가 아니라 정확한 log_softmax에서 출발하세요.")  # fmt: skip
def test_cross_entropy_extremes(student, reference, device, rng):
    """The loss is exact for |z| up to 10000.

    ko: |z|가 10000까지 커져도 손실이 정확하다.
    """
    for z, target in extreme_cases():
        want = reference.cross_entropy(z.double(), target)
        close(student.cross_entropy(z, target), want, like=EXTREME_LIKE[z.dtype])


@points(0.15)
@needs(test_cross_entropy_values)
@hint("Return the 0-d tensor that mean() gives, in the dtype of z, not a Python number.",
      ko="파이썬 숫자가 아니라 mean()이 주는 0차원 텐서를 z의 dtype으로 돌려주세요.")  # fmt: skip
def test_cross_entropy_keeps_dtype(student, reference, device, rng):
    """The loss is a tensor of the dtype of z, at its precision, on its device.

    ko: 손실은 z와 같은 dtype, 같은 device의 텐서이고, 그 dtype만큼 정밀하다.
    """
    for z, target in cases(rng, FEW_SIZES, DTYPES):
        got = student.cross_entropy(z, target)
        typed(got, z, device)
        close(got, reference.cross_entropy(z.double(), target), like=z)


@points(0.1)
@needs(test_cross_entropy_values)
@hint("Operations that end in _ (sub_, unsqueeze_) change the caller's tensor.",
      ko="_로 끝나는 연산(sub_, unsqueeze_)은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_cross_entropy_leaves_inputs(student, device, rng):
    """The loss leaves z and target as they were.

    ko: 손실 계산이 z와 target을 바꾸지 않는다.
    """
    for z, target in cases(rng, FEW_SIZES, DTYPES):
        pure(student.cross_entropy, z, target)
    pure(student.cross_entropy, EXTREMES.clone(), torch.arange(len(EXTREMES)) % 3)


@points(0.9)
@needs(test_cross_entropy_values)
@not_allowed(*TORCHS_OWN)
@hint("Call your own log_softmax, and pick one number of each row by indexing.",
      ko="직접 작성한 log_softmax를 부르고, 인덱싱으로 행마다 값 하나를 고르세요.")  # fmt: skip
def test_cross_entropy_by_hand(student, device, rng):
    """The loss is written by hand.

    ko: 손실을 직접 작성했다.
    """
    student.cross_entropy(torch.tensor([[0.3, -200.0, 1.0], [1.0, 2.0, 3.0]]), torch.tensor([2, 0]))
    for z, target in cases(rng, FEW_SIZES, DTYPES):
        watched(student.cross_entropy, z, target)


# cross_entropy_one_hot


@points(0.2)
@hint("A soft label weighs every class; sum over the classes, and take the mean over the rows only.",
      ko="소프트 라벨은 모든 클래스에 비중이 있습니다. 클래스로는 더하고, 평균은 행에 대해서만 냅니다.")  # fmt: skip
def test_one_hot_values(student, reference, device, rng):
    """The loss of soft labels is right for any number of rows and classes.

    ko: 행과 클래스가 몇 개든 소프트 라벨의 손실이 맞다.
    """
    for z, y in soft_cases(rng):
        want = reference.cross_entropy_one_hot(z.double(), y.double())
        close(student.cross_entropy_one_hot(z, y), want, like=z)


@points(0.2)
@needs(test_one_hot_values)
@hint("0 times a large number is 0, but 0 times -inf is NaN: log p has to be finite everywhere.",
      ko="0 곱하기 큰 수는 0이지만 0 곱하기 -inf는 NaN입니다. 모든 자리의 log p가 유한해야 합니다.")  # fmt: skip
def test_one_hot_extremes(student, reference, device, rng):
    """The loss of one-hot and soft labels is exact for |z| up to 10000.

    ko: |z|가 10000까지 커져도 원-핫과 소프트 라벨의 손실이 정확하다.
    """
    soft = torch.tensor([[0.25, 0.5, 0.25], [0.5, 0.0, 0.5], [0.0, 0.5, 0.5]]).repeat(3, 1)
    batches = [(z, torch.eye(3)[target]) for z, target in extreme_cases()]
    batches += [(EXTREMES.to(dtype), soft) for dtype in DTYPES]
    for z, y in batches:
        want = reference.cross_entropy_one_hot(z.double(), y.double())
        close(student.cross_entropy_one_hot(z, y.to(z.dtype)), want, like=EXTREME_LIKE[z.dtype])


@points(0.15)
@needs(test_one_hot_values)
@hint("Return the 0-d tensor that sum() or mean() gives, in the dtype of z, not a Python number.",
      ko="파이썬 숫자가 아니라 sum()이나 mean()이 주는 0차원 텐서를 z의 dtype으로 돌려주세요.")  # fmt: skip
def test_one_hot_keeps_dtype(student, reference, device, rng):
    """The loss of one-hot labels is a tensor of the dtype of z, at its precision, on its device.

    ko: 원-핫 라벨의 손실은 z와 같은 dtype, 같은 device의 텐서이고, 그 dtype만큼 정밀하다.
    """
    for z, y in soft_cases(rng, FEW_SIZES, DTYPES):
        got = student.cross_entropy_one_hot(z, y)
        typed(got, z, device)
        close(got, reference.cross_entropy_one_hot(z.double(), y.double()), like=z)


@points(0.1)
@needs(test_one_hot_values)
@hint("Operations that end in _ (sub_, mul_) and *= on y change the caller's tensor.",
      ko="_로 끝나는 연산(sub_, mul_)과 y에 대한 *=는 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_one_hot_leaves_inputs(student, device, rng):
    """The loss of one-hot labels leaves z and y as they were.

    ko: 원-핫 라벨의 손실 계산이 z와 y를 바꾸지 않는다.
    """
    for z, y in soft_cases(rng, FEW_SIZES, DTYPES):
        pure(student.cross_entropy_one_hot, z, y)
    pure(student.cross_entropy_one_hot, EXTREMES.clone(), torch.eye(3).repeat(3, 1))


@points(0.9)
@needs(test_one_hot_values)
@not_allowed(*TORCHS_OWN)
@hint("Your own log_softmax, times y, summed.", ko="직접 작성한 log_softmax에 y를 곱해 더하세요.")
def test_one_hot_by_hand(student, device, rng):
    """The loss of one-hot labels is written by hand.

    ko: 원-핫 라벨의 손실을 직접 작성했다.
    """
    z = torch.tensor([[0.3, -200.0, 1.0], [1.0, 2.0, 3.0]])
    student.cross_entropy_one_hot(z, torch.tensor([[0.0, 0.0, 1.0], [0.25, 0.25, 0.5]]))
    for z, y in soft_cases(rng, FEW_SIZES, DTYPES):
        watched(student.cross_entropy_one_hot, z, y)


# cross_entropy_gradient


@points(0.2)
@hint("Take 1 off at one column of each row, and divide by the number of rows, not of all elements.",
      ko="행마다 한 열에서만 1을 빼고, 모든 원소의 개수가 아니라 행의 개수로 나누세요.")  # fmt: skip
def test_gradient_values(student, reference, device, rng):
    """The gradient is right for any number of rows and classes.

    ko: 행과 클래스가 몇 개든 기울기가 맞다.
    """
    for z, target in cases(rng):
        want = reference.cross_entropy_gradient(z.double(), target)
        close(student.cross_entropy_gradient(z, target), want, like=z)


@points(0.2)
@needs(test_gradient_values)
@hint("Use a softmax that does not overflow.", ko="넘치지 않는 softmax를 쓰세요.")
def test_gradient_extremes(student, reference, device, rng):
    """The gradient is finite and right for |z| up to 10000.

    ko: |z|가 10000까지 커져도 기울기가 유한하고 맞다.
    """
    for dtype in DTYPES:
        z = EXTREMES.to(dtype)
        for label in range(3):
            target = torch.full((len(z),), label)
            want = reference.cross_entropy_gradient(z.double(), target)
            close(student.cross_entropy_gradient(z, target), want, like=EXTREME_LIKE[dtype])


@points(0.15)
@needs(test_gradient_values)
@hint("Make no tensor with a dtype or device of its own; derive it from z, and let every step stay in that dtype.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 z에서 얻으세요. 중간 계산도 그 dtype으로 하세요.")  # fmt: skip
def test_gradient_keeps_dtype(student, reference, device, rng):
    """The gradient has the dtype of z, at its precision, on its device.

    ko: 기울기는 z와 같은 dtype, 같은 device의 텐서이고, 그 dtype만큼 정밀하다.
    """
    for z, target in cases(rng, FEW_SIZES, DTYPES):
        got = student.cross_entropy_gradient(z, target)
        typed(got, z, device)
        close(got, reference.cross_entropy_gradient(z.double(), target), like=z)


@points(0.1)
@needs(test_gradient_values)
@hint("Operations that end in _ and assignments to z[...] change the caller's tensor.",
      ko="_로 끝나는 연산과 z[...]에 대한 대입은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_gradient_leaves_inputs(student, device, rng):
    """The gradient leaves z and target as they were, and is a tensor of its own.

    ko: 기울기 계산이 z와 target을 바꾸지 않고, 결과는 새 텐서다.
    """
    for z, target in cases(rng, FEW_SIZES, DTYPES):
        pure(student.cross_entropy_gradient, z, target)
    pure(student.cross_entropy_gradient, EXTREMES.clone(), torch.arange(len(EXTREMES)) % 3)


# accuracy


def predictions(rng):
    """Yield (logits, target): a clear largest logit in each row, and it is the target's in about half of them."""
    for z, other in cases(rng, (*SIZES, (40, 5, 5)), DTYPES):
        largest = z.argmax(dim=1)
        lift = 0.1 * torch.nn.functional.one_hot(largest, z.shape[1])
        yield z + lift.to(z.dtype), torch.where(torch.rand(len(z), generator=rng) < 0.5, largest, other)


@points(0.2)
@hint("The prediction is the column of the largest logit of a row, however small it is.",
      ko="예측은 한 행에서 로짓이 가장 큰 열이고, 그 값이 얼마나 작든 상관없습니다.")  # fmt: skip
def test_accuracy_values(student, reference, device, rng):
    """The accuracy is right for any number of rows and classes.

    ko: 행과 클래스가 몇 개든 정확도가 맞다.
    """
    for z, target in predictions(rng):
        close(student.accuracy(z, target), reference.accuracy(z.double(), target))


@points(0.1)
@needs(test_accuracy_values)
@hint("Compare the logits themselves; probabilities may overflow.",
      ko="로짓을 그대로 비교하세요. 확률은 넘칠 수 있습니다.")  # fmt: skip
def test_accuracy_extremes(student, reference, device, rng):
    """The accuracy is right for |z| up to 10000.

    ko: |z|가 10000까지 커져도 정확도가 맞다.
    """
    for dtype in DTYPES:
        z = CLEAR.to(dtype)
        for label in range(3):
            target = torch.full((len(z),), label)
            close(student.accuracy(z, target), reference.accuracy(z.double(), target))


@points(0.1)
@needs(test_accuracy_values)
@hint("Operations that end in _ and assignments to z[...] change the caller's tensor.",
      ko="_로 끝나는 연산과 z[...]에 대한 대입은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_accuracy_leaves_inputs(student, device, rng):
    """The accuracy leaves z and target as they were.

    ko: 정확도 계산이 z와 target을 바꾸지 않는다.
    """
    for z, target in cases(rng, FEW_SIZES, DTYPES):
        pure(student.accuracy, z, target)
    pure(student.accuracy, CLEAR.clone(), torch.arange(len(CLEAR)) % 3)


@points(0.6)
@needs(test_accuracy_values)
@not_allowed(*TORCHS_OWN)
@hint("It needs no probabilities: the largest logit has the largest one.",
      ko="확률은 필요 없습니다. 로짓이 가장 크면 확률도 가장 큽니다.")  # fmt: skip
def test_accuracy_by_hand(student, device, rng):
    """The accuracy does without torch's softmax.

    ko: torch의 softmax 없이 정확도를 구한다.
    """
    student.accuracy(torch.tensor([[0.3, -2.0, 1.0], [1.0, 2.0, 3.0]]), torch.tensor([2, 0]))
    for z, target in cases(rng, FEW_SIZES, DTYPES):
        watched(student.accuracy, z, target)
