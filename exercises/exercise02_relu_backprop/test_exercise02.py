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
@hint("h = x @ w1 keeps its negative numbers, h_relu has 0 in their place, and y_pred = h_relu @ w2.",
      ko="h = x @ w1에는 음수가 그대로 있고, h_relu는 그 자리가 0이며, y_pred = h_relu @ w2입니다.")  # fmt: skip
def test_forward_example(student, device):
    """forward of the README's network: h, then h_relu, then y_pred.

    ko: README 신경망의 forward: h, h_relu, y_pred 순서.
    """
    h, h_relu, y_pred = several(student.forward(X, W1, W2), 3)
    close(h, torch.tensor([[3.0, 1.0, -1.0], [-1.0, 3.0, 2.0]]))
    close(h_relu, torch.tensor([[3.0, 1.0, 0.0], [0.0, 3.0, 2.0]]))
    close(y_pred, torch.tensor([[1.0], [-4.0]]))


@points(0.3)
@hint("Square every difference, then add all of them up.", ko="차이를 하나하나 제곱한 다음 모두 더하세요.")
def test_squared_error_example(student, device):
    """squared_error of the README's predictions.

    ko: README 예측값의 squared_error.
    """
    close(student.squared_error(torch.tensor([[1.0], [-4.0]]), Y), torch.tensor(10.0))


@points(0.5)
@hint("Go through the README's backward formulas one by one and print each result; its example shows the numbers.",
      ko="README의 역전파 식을 하나씩 따라가며 결과를 출력해 보세요. 예제에 나온 값과 비교할 수 있습니다.")  # fmt: skip
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
@hint("In each step: note the loss, get both gradients, then take learning_rate times each from its weights.",
      ko="단계마다 손실을 기록하고, 두 기울기를 모두 구한 다음, 각 가중치에서 learning_rate를 곱한 기울기를 빼세요.")  # fmt: skip
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
