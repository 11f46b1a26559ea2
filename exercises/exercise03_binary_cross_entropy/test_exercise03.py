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
@hint("What should come out of 0, of a large number, and of a very negative one? One formula serves every element.",
      "sigmoid(z) = 1 / (1 + exp(-z)), for each element.",
      ("torch.exp takes a whole tensor. So that nothing overflows, use e = exp(-|z|) alone: 1 / (1 + e) where z >= "
       "0, and e / (1 + e) elsewhere."),
      ko=("0, 큰 수, 아주 작은 음수를 넣으면 각각 무엇이 나와야 하나요? 모든 원소에 같은 식을 씁니다.",
          "원소마다 sigmoid(z) = 1 / (1 + exp(-z))입니다.",
          "torch.exp는 텐서 전체를 받습니다. 넘치지 않도록 e = exp(-|z|)만 쓰세요. z >= 0이면 1 / (1 + e), 아니면 e / (1 + e)입니다."))  # fmt: skip
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
@hint("What does one element cost where y = 1, and what where y = 0? The loss is the mean of such costs.",
      "The mean of -(y log p + (1 - y) log(1 - p)) over all elements.",
      ("Compare the shapes first (ValueError). clamp(min=-100) holds each of the two logarithms; weigh them with y "
       "and 1 - y, add them, and take the mean with a minus."),
      ko=("y = 1인 원소 하나의 손실은 얼마이고, y = 0이면 얼마인가요? 전체 손실은 그 평균입니다.",
          "모든 원소에 대한 -(y log p + (1 - y) log(1 - p))의 평균입니다.",
          "먼저 모양을 비교하세요(ValueError). 두 로그를 각각 clamp(min=-100)으로 막고, y와 1 - y를 곱해 더한 다음, 평균을 내고 부호를 바꾸세요."))  # fmt: skip
def test_binary_cross_entropy_example(student, device):
    """The loss of three probabilities.

    ko: 확률 세 개의 손실.
    """
    close(student.binary_cross_entropy(torch.tensor([0.9, 0.2, 0.6]), Y), torch.tensor(0.2797766))


@points(0.3)
@hint("It is the same loss, said in z. Put p = sigmoid(z) into it on paper, and simplify.",
      "It is the loss of sigmoid(z); for one element, softplus(z) - y z.",
      ("Compare the shapes first (ValueError). Then the mean of log(1 + exp(z)) - y z, where F.softplus is the "
       "logarithm, or max(z, 0) + log(1 + exp(-|z|))."),
      ko=("같은 손실을 z로 나타낸 것입니다. 종이에 p = sigmoid(z)를 넣고 정리해 보세요.",
          "sigmoid(z)의 손실입니다. 원소 하나로는 softplus(z) - y z입니다.",
          ("먼저 모양을 비교하세요(ValueError). 그다음 log(1 + exp(z)) - y z의 평균을 냅니다. 로그는 F.softplus나 max(z, 0) + log(1 + "
           "exp(-|z|))로 구하세요.")))  # fmt: skip
def test_with_logits_example(student, device):
    """The loss of three logits.

    ko: 로짓 세 개의 손실.
    """
    close(student.binary_cross_entropy_with_logits(Z, Y), torch.tensor(1.3777790))


@points(0.3)
@hint("How does the loss of one element change with its own logit? It does not depend on the others'.",
      "Differentiate softplus(z) - y z by z. The slope of softplus is the sigmoid.",
      "For one element it is sigmoid(z) - y; the mean divides it by the number of elements.",
      ko=("원소 하나의 손실은 자기 로짓에 따라 어떻게 변하나요? 다른 원소의 로짓과는 상관없습니다.",
          "softplus(z) - y z를 z로 미분하세요. softplus의 기울기는 sigmoid입니다.",
          "원소 하나로는 sigmoid(z) - y이고, 평균이므로 원소 수로 나눕니다."))  # fmt: skip
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
@hint("A prediction holds a probability against the threshold. What becomes of one that lies exactly on it?",
      "1.0 where sigmoid(z) is at least the threshold, else 0.0.",
      "Call your own sigmoid and compare with >=. That gives booleans; .to makes numbers of them, in the dtype of z.",
      ko=("예측은 확률을 임계값과 비교한 것입니다. 확률이 임계값과 꼭 같으면 무엇이 되나요?",
          "sigmoid(z)가 임계값 이상이면 1.0, 아니면 0.0입니다.",
          "직접 작성한 sigmoid를 부르고 >=로 비교하세요. 결과는 bool이므로 .to로 z의 dtype인 수로 바꿉니다."))  # fmt: skip
def test_predict_example(student, device):
    """Predictions for -1, 0 and 2, at the threshold 0.5 and at 0.7.

    ko: 임계값 0.5와 0.7에서 -1, 0, 2의 예측.
    """
    close(student.predict(torch.tensor([-1.0, 0.0, 2.0])), torch.tensor([0.0, 1.0, 1.0]))
    close(student.predict(torch.tensor([-1.0, 0.0, 2.0]), threshold=0.7), torch.tensor([0.0, 0.0, 1.0]))
