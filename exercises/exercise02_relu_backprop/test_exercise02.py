"""Public checks of exercise 2: the README's network, and one of the rules. `grade exercise02` runs them.

The rest of the points is decided by checks that you do not see: other sizes, other numbers, float64.
"""

import torch

from grader.checks import AUTOGRAD, close, hint, needs, not_allowed, numbers, points, several, watched

X = torch.tensor([[1.0, 2.0], [-2.0, 1.0]])
Y = torch.tensor([[0.0], [-1.0]])
W1 = torch.tensor([[1.0, -1.0, -1.0], [1.0, 1.0, 0.0]])
W2 = torch.tensor([[1.0], [-2.0], [1.0]])


@points(0.4)
@hint("The README's network is three lines. Each result needs a name of its own, since all three are returned.",
      "A layer is a matrix product. ReLU puts 0 where a number is negative, into a new tensor: h stays as it is.",
      "h = x @ w1 keeps its negative numbers, h_relu has 0 in their place, and y_pred = h_relu @ w2.",
      ko=("README의 신경망은 세 줄입니다. 세 결과를 모두 돌려주므로 각각 이름을 따로 붙이세요.",
          "층 하나는 행렬곱 하나입니다. ReLU는 음수 자리에 0을 넣되 새 텐서를 만듭니다. h는 그대로 남습니다.",
          "h = x @ w1에는 음수가 그대로 있고, h_relu는 그 자리가 0이며, y_pred = h_relu @ w2입니다."))  # fmt: skip
def test_forward_example(student, device):
    """forward of the README's network: h, then h_relu, then y_pred.

    ko: README 신경망의 forward: h, h_relu, y_pred 순서.
    """
    h, h_relu, y_pred = several(student.forward(X, W1, W2), 3)
    close(h, torch.tensor([[3.0, 1.0, -1.0], [-1.0, 3.0, 2.0]]))
    close(h_relu, torch.tensor([[3.0, 1.0, 0.0], [0.0, 3.0, 2.0]]))
    close(y_pred, torch.tensor([[1.0], [-4.0]]))


@points(0.3)
@hint("The error on the whole batch becomes one number. What does a single element add to it?",
      "Square every difference, then add all of them up.",
      "(y_pred - y) ** 2 still has a number for each element. Bring them down to one with sum(), not with mean().",
      ko=("배치 전체의 오차가 수 하나가 됩니다. 원소 하나는 거기에 얼마를 더하나요?",
          "차이를 하나하나 제곱한 다음 모두 더하세요.",
          "(y_pred - y) ** 2에는 아직 원소마다 수가 하나씩 있습니다. mean()이 아니라 sum()으로 수 하나를 만드세요."))  # fmt: skip
def test_squared_error_example(student, device):
    """squared_error of the README's predictions.

    ko: README 예측값의 squared_error.
    """
    close(student.squared_error(torch.tensor([[1.0], [-4.0]]), Y), torch.tensor(10.0))


@points(0.5)
@hint("Start at the loss and undo the lines of forward, the last one first. A gradient has the shape of its tensor.",
      "Go through the README's backward formulas one by one and print each result; its example shows the numbers.",
      ("At y_pred, 2 * (y_pred - y) arrives. Behind a product a @ b, the gradient of b is a.T @ what arrives, and "
       "that of a is what arrives @ b.T. At h, what arrives becomes 0 where h is negative."),
      ko=("손실에서 출발해 forward의 줄들을 마지막 줄부터 거꾸로 따라가세요. 기울기의 모양은 그 텐서의 모양과 같습니다.",
          "README의 역전파 식을 하나씩 따라가며 결과를 출력해 보세요. 예제에 나온 값과 비교할 수 있습니다.",
          ("y_pred의 기울기는 2 * (y_pred - y)입니다. 곱 a @ b에서 b의 기울기는 a.T @ (곱의 기울기)이고, a의 기울기는 (곱의 기울기) @ b.T입니다. h에서는 "
           "h가 음수인 자리의 기울기가 0이 됩니다.")))  # fmt: skip
def test_gradients_example(student, device):
    """gradients of the README's network: by w1, then by w2.

    ko: README 신경망의 gradients: w1의 기울기, w2의 기울기 순서.
    """
    grad_w1, grad_w2 = several(student.gradients(X, Y, W1, W2), 2)
    close(grad_w1, torch.tensor([[2.0, -28.0, 12.0], [4.0, 4.0, -6.0]]))
    close(grad_w2, torch.tensor([[6.0], [-16.0], [-12.0]]))


@points(1.4)
@needs(test_gradients_example)
@not_allowed(*AUTOGRAD)
@hint("Each step back is one matrix product or one line; none needs autograd.",
      ko="거꾸로 가는 각 단계는 행렬곱 하나, 코드 한 줄입니다. autograd는 필요하지 않습니다.")  # fmt: skip
def test_gradients_by_hand(student, device, rng):
    """The gradients are written by hand, without autograd.

    ko: 기울기를 autograd 없이 직접 작성했다.
    """
    student.gradients(X, Y, W1, W2)
    for n, hidden in ((2, 3), (4, 4), (1, 5)):  # numbers that nobody can recognise
        x, y, w1, w2 = (torch.randn(shape, generator=rng) for shape in ((n, 3), (n, 2), (3, hidden), (hidden, 2)))
        watched(student.gradients, x, y, w1, w2)


@points(0.5)
@hint("Follow one step on paper with the README's numbers. What is needed first, and what changes last?",
      "In each step: note the loss, get both gradients, then take learning_rate times each from its weights.",
      ("clone() both weights before the loop. In it, append the loss as a float (.item()), find both gradients of "
       "these weights, and only then replace each: w1 - learning_rate * its gradient, and w2 likewise."),
      ko=("README의 숫자로 한 단계를 손으로 따라가 보세요. 무엇이 먼저 필요하고, 무엇이 마지막에 바뀌나요?",
          "단계마다 손실을 기록하고, 두 기울기를 모두 구한 다음, 각 가중치에서 learning_rate를 곱한 기울기를 빼세요.",
          ("반복문 앞에서 두 가중치를 clone()하세요. 반복문에서는 손실을 .item()으로 float로 바꾸어 넣고, 그 가중치에서 두 기울기를 모두 구한 뒤에야 w1을 w1 - "
           "learning_rate * (w1의 기울기)로 바꿉니다. w2도 같습니다.")))  # fmt: skip
def test_train_example(student, device, draw):
    """Four steps of train on the README's network: the losses, then the weights.

    ko: README 신경망을 train으로 네 단계 학습: 손실, 그다음 가중치.
    """
    w1, w2, losses = several(student.train(X, Y, W1, W2, 0.01, 4), 3)
    wanted = torch.tensor([10.0, 0.973924, 0.1482555, 0.0251424])
    draw.curve(numbers(losses), wanted)
    close(numbers(losses), wanted)
    close(w1, torch.tensor([[0.9637020, -0.5967204, -1.1764350], [0.9274039, 0.9787958, 0.0882175]]))
    close(w2, torch.tensor([[0.8893518], [-1.8035553], [1.1780771]]))
