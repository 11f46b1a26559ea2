"""Public checks of exercise 4: small examples to read, and two of the rules. `grade exercise04` runs them.

The rest of the points is decided by checks that you do not see: other shapes, other numbers, float64, extreme logits.
"""

import torch

from grader.checks import AUTOGRAD, close, hint, needs, not_allowed, points, watched

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

Z = torch.tensor([[0.0, 1.0, -1.0], [1.0, 0.5, 0.75]])
TARGET = torch.tensor([1, 2])


@points(0.25)
@hint(("A row of any numbers becomes a row of probabilities. What makes each of them positive, and what makes the "
       "sum 1?"),
      "Each row of exp(z), divided by its own sum.",
      ("First take each row's largest logit off it: amax(dim=1, keepdim=True). Then exp, and divide by sum(dim=1, "
       "keepdim=True)."),
      ko=("어떤 수로 된 행이든 확률로 된 행으로 바뀝니다. 무엇이 모든 수를 양수로 만들고, 무엇이 합을 1로 만드나요?",
          "exp(z)의 각 행을 그 행의 합으로 나눕니다.",
          "먼저 행마다 가장 큰 로짓을 빼세요. amax(dim=1, keepdim=True)입니다. 그다음 exp를 구해 sum(dim=1, keepdim=True)로 나눕니다."))  # fmt: skip
def test_softmax_example(student, device):
    """softmax of two rows of three logits.

    ko: 로짓이 세 개씩인 두 행의 softmax 값.
    """
    close(student.softmax(Z), torch.tensor([[0.2447285, 0.6652410, 0.0900306], [0.4192290, 0.2542752, 0.3264958]]))


@points(0.85)
@needs(test_softmax_example)
@not_allowed(*TORCHS_OWN)
@hint("Write the formula out with torch.exp and a sum.", ko="torch.exp와 합으로 식을 직접 쓰세요.")
def test_softmax_by_hand(student, device, rng):
    """softmax is written by hand.

    ko: softmax를 직접 작성했다.
    """
    student.softmax(Z)
    for shape in ((1, 3), (4, 4), (5, 2)):  # numbers that nobody can recognise
        watched(student.softmax, torch.randn(shape, generator=rng))


@points(0.25)
@hint("Write log(exp(z) / sum) out on paper: the log of a quotient is a difference, and log undoes exp.",
      "It is the logarithm of each probability: z minus log(sum of the row's exp(z)).",
      ("First take each row's largest logit off it. The formula is then the same, of the smaller logits; sum over "
       "dim=1 with keepdim=True."),
      ko=("log(exp(z) / 합)을 종이에 풀어 쓰세요. 나눗셈의 로그는 뺄셈이 되고, log와 exp는 서로 상쇄됩니다.",
          "각 확률의 로그입니다. z에서 log(그 행의 exp(z)의 합)을 뺍니다.",
          "먼저 행마다 가장 큰 로짓을 빼세요. 작아진 로짓에도 식은 그대로입니다. dim=1로 keepdim=True와 함께 더하세요."))  # fmt: skip
def test_log_softmax_example(student, device):
    """log_softmax of two rows of three logits.

    ko: 로짓이 세 개씩인 두 행의 log_softmax 값.
    """
    want = torch.tensor([[-1.4076060, -0.4076060, -2.4076060], [-0.8693381, -1.3693381, -1.1193381]])
    close(student.log_softmax(Z), want)


@points(0.25)
@hint("Of all log probabilities in a row, the loss looks at one. Which?",
      "From each row take -log p of its right class; the mean of these is the loss.",
      ("Call your own log_softmax. Two tensors as indices pick one number of each row: torch.arange(n), on the "
       "device of z, for the rows, and target for the columns."),
      ko=("한 행의 로그 확률 가운데 손실이 보는 것은 하나뿐입니다. 어느 것인가요?",
          "행마다 정답 클래스의 -log p를 고르세요. 그 평균이 손실입니다.",
          "직접 작성한 log_softmax를 부르세요. 인덱스 텐서 두 개로 행마다 수 하나를 고릅니다. 행은 z와 같은 device의 torch.arange(n), 열은 target입니다."))  # fmt: skip
def test_cross_entropy_example(student, device):
    """The loss of two rows, whose right classes are 1 and 2.

    ko: 정답 클래스가 1과 2인 두 행의 손실.
    """
    close(student.cross_entropy(Z, TARGET), torch.tensor(0.7634720))


@points(0.25)
@hint("A label is a row of weights now. What does an example cost that is half one class and half another?",
      "Sum -y log p over all classes, and divide by the number of rows.",
      ("y times your log_softmax, summed over everything and divided by z.shape[0], with a minus. mean() would "
       "divide by n*k."),
      ko=("이제 라벨은 비중으로 된 행입니다. 반은 이 클래스, 반은 저 클래스인 예시의 손실은 얼마인가요?",
          "-y log p를 모든 클래스에 대해 더하고 행의 개수로 나눕니다.",
          "y에 직접 작성한 log_softmax를 곱해 모두 더하고 z.shape[0]으로 나눈 뒤 부호를 바꾸세요. mean()은 n*k로 나눕니다."))  # fmt: skip
def test_one_hot_example(student, device):
    """The loss of two rows of labels, one of them one-hot and one soft.

    ko: 하나는 원-핫, 하나는 소프트 라벨인 두 행의 손실.
    """
    y = torch.tensor([[0.0, 1.0, 0.0], [0.5, 0.25, 0.25]])
    close(student.cross_entropy_one_hot(Z, y), torch.tensor(0.7322220))


@points(0.25)
@hint(("How does the loss of one row change with its logits? That of the right class makes it smaller, every other "
       "one larger."),
      "For one row it is softmax(z), less 1 at the right class; the mean divides it by the number of rows.",
      ("F.one_hot(target, k) has the 1s at the right classes; bring it to the dtype of z. Take it off your softmax, "
       "and divide by n."),
      ko=("한 행의 손실은 로짓에 따라 어떻게 변하나요? 정답 클래스의 로짓이 커지면 줄고, 다른 로짓이 커지면 늘어납니다.",
          "한 행으로는 softmax(z)에서 정답 클래스의 자리만 1을 뺀 것이고, 평균이므로 행의 개수로 나눕니다.",
          "F.one_hot(target, k)에는 정답 클래스 자리에 1이 있습니다. z의 dtype으로 바꾸어 직접 작성한 softmax에서 빼고 n으로 나누세요."))  # fmt: skip
def test_gradient_example(student, device):
    """The gradient of the mean loss at two rows of three logits.

    ko: 로짓이 세 개씩인 두 행에서 평균 손실의 기울기.
    """
    want = torch.tensor([[0.1223642, -0.1673795, 0.0450153], [0.2096145, 0.1271376, -0.3367522]])
    close(student.cross_entropy_gradient(Z, TARGET), want)


@points(0.9)
@needs(test_gradient_example)
@not_allowed(*TORCHS_OWN, *AUTOGRAD)
@hint("Derive the formula on paper; it is short.", ko="종이에 식을 유도해 보세요. 짧습니다.")
def test_gradient_by_hand(student, device, rng):
    """The gradient is written by hand, without autograd.

    ko: 기울기를 autograd 없이 직접 작성했다.
    """
    student.cross_entropy_gradient(Z, TARGET)
    for n, k in ((1, 3), (4, 4), (5, 2)):
        watched(student.cross_entropy_gradient, torch.randn(n, k, generator=rng), torch.randint(k, (n,), generator=rng))


@points(0.2)
@hint("When is the prediction of a row right? No probability is needed to say so.",
      "The column of each row's largest logit is the prediction; count how often it is the target.",
      ("argmax(dim=1) gives these columns. Comparing them with target gives booleans; make numbers of those, and "
       "take the mean."),
      ko=("한 행의 예측은 언제 맞은 것인가요? 확률을 구하지 않아도 알 수 있습니다.",
          "행마다 로짓이 가장 큰 열이 예측입니다. 정답과 같은 비율을 구하세요.",
          "argmax(dim=1)이 그 열의 번호를 줍니다. target과 비교하면 bool이 나오니 수로 바꾸어 평균을 내세요."))  # fmt: skip
def test_accuracy_example(student, device):
    """Three of four predictions are right.

    ko: 네 예측 가운데 셋이 맞는 경우.
    """
    z = torch.tensor([[0.0, 1.0, -1.0], [1.0, 0.5, 0.75], [-3.0, -1.0, -2.0], [-1.0, -4.0, 2.0]])
    close(student.accuracy(z, torch.tensor([1, 0, 2, 2])), torch.tensor(0.75))
