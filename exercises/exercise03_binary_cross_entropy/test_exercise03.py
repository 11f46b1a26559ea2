"""Public checks of exercise 3: small examples to read, and two of the rules. `grade exercise03` runs them.

The rest of the points is decided by checks that you do not see: other shapes, other numbers, float64, extreme inputs.
"""

import torch

from grader.checks import AUTOGRAD, close, hint, needs, not_allowed, points, watched

TORCHS_OWN = ("sigmoid", "Sigmoid", "expit", "special_expit", "binary_cross_entropy",
              "binary_cross_entropy_with_logits", "BCELoss", "BCEWithLogitsLoss")  # fmt: skip

Z = torch.tensor([0.0, 1.0, -2.0])
Y = torch.tensor([1.0, 0.0, 1.0])


@points(0.3)
@hint("sigmoid(z) = 1 / (1 + exp(-z)), for each element.", ko="원소마다 sigmoid(z) = 1 / (1 + exp(-z))입니다.")
def test_sigmoid_example(student, device):
    """sigmoid of 0, 1 and -2.

    ko: 0, 1, -2의 sigmoid 값.
    """
    close(student.sigmoid(Z), torch.tensor([0.5, 0.7310586, 0.1192029]))


@points(1)
@needs(test_sigmoid_example)
@not_allowed(*TORCHS_OWN)
@hint("Write the formula out with torch.exp, or start from tanh, logsigmoid or softplus.",
      ko="torch.exp로 식을 직접 쓰거나 tanh, logsigmoid, softplus에서 출발하세요.")  # fmt: skip
def test_sigmoid_by_hand(student, device, rng):
    """sigmoid is written by hand.

    ko: sigmoid를 직접 작성했다.
    """
    student.sigmoid(Z)
    for shape in ((), (5,), (3, 4)):  # numbers that nobody can recognise
        watched(student.sigmoid, torch.randn(shape, generator=rng))


@points(0.3)
@hint("The mean of -(y log p + (1 - y) log(1 - p)) over all elements.",
      ko="모든 원소에 대한 -(y log p + (1 - y) log(1 - p))의 평균입니다.")  # fmt: skip
def test_binary_cross_entropy_example(student, device):
    """The loss of three probabilities.

    ko: 확률 세 개의 손실.
    """
    close(student.binary_cross_entropy(torch.tensor([0.9, 0.2, 0.6]), Y), torch.tensor(0.2797766))


@points(0.3)
@hint("It is the loss of sigmoid(z); for one element, softplus(z) - y z.",
      ko="sigmoid(z)의 손실입니다. 원소 하나로는 softplus(z) - y z입니다.")  # fmt: skip
def test_with_logits_example(student, device):
    """The loss of three logits.

    ko: 로짓 세 개의 손실.
    """
    close(student.binary_cross_entropy_with_logits(Z, Y), torch.tensor(1.3777790))


@points(0.3)
@hint("For one element it is sigmoid(z) - y; the mean divides it by the number of elements.",
      ko="원소 하나로는 sigmoid(z) - y이고, 평균이므로 원소 수로 나눕니다.")  # fmt: skip
def test_gradient_example(student, device):
    """The gradient of the mean loss at three logits.

    ko: 로짓 세 개에서 평균 손실의 기울기.
    """
    close(student.binary_cross_entropy_gradient(Z, Y), torch.tensor([-0.1666667, 0.2436862, -0.2935990]))


@points(1)
@needs(test_gradient_example)
@not_allowed(*TORCHS_OWN, *AUTOGRAD)
@hint("Derive the formula on paper; it is short.", ko="종이에 식을 유도해 보세요. 짧습니다.")
def test_gradient_by_hand(student, device, rng):
    """The gradient is written by hand, without autograd.

    ko: 기울기를 autograd 없이 직접 작성했다.
    """
    student.binary_cross_entropy_gradient(Z, Y)
    for shape in ((), (5,), (3, 4)):
        z, y = torch.randn(shape, generator=rng), torch.rand(shape, generator=rng)
        watched(student.binary_cross_entropy_gradient, z, y)


@points(0.3)
@hint("1.0 where sigmoid(z) is at least the threshold, else 0.0.",
      ko="sigmoid(z)가 임계값 이상이면 1.0, 아니면 0.0입니다.")  # fmt: skip
def test_predict_example(student, device):
    """Predictions for -1, 0 and 2, at the threshold 0.5 and at 0.7.

    ko: 임계값 0.5와 0.7에서 -1, 0, 2의 예측.
    """
    close(student.predict(torch.tensor([-1.0, 0.0, 2.0])), torch.tensor([0.0, 1.0, 1.0]))
    close(student.predict(torch.tensor([-1.0, 0.0, 2.0]), threshold=0.7), torch.tensor([0.0, 0.0, 1.0]))
