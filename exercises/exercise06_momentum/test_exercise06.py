"""Public checks of exercise 6: small examples to read, and two of the rules. `grade exercise06` runs them.

The rest of the points is decided by checks that you do not see: other shapes, other numbers, float64, longer runs.
"""

import torch

from grader.checks import close, equal, hint, needs, not_allowed, points, several, watched

TORCHS_OWN = ("SGD", "ASGD", "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "LBFGS", "Muon", "NAdam",
              "RAdam", "RMSprop", "Rprop", "SparseAdam", "sgd", "asgd", "adadelta", "adafactor", "adagrad", "adam",
              "adamw", "adamax", "lbfgs", "muon", "nadam", "radam", "rmsprop", "rprop", "sparse_adam", "_fused_sgd",
              "_fused_adam", "_fused_adamw", "_fused_adagrad", "torch.optim._functional", "torch.optim._multi_tensor",
              "torch.optim._adafactor", "torch.optim._muon", "torch.distributed.optim")  # fmt: skip


@points(0.2)
@hint("The velocity remembers the steps before. What is kept of it, and what does the slope add?",
      ("The velocity changes first: the share momentum of it stays, and lr times the gradient goes off. Then w "
       "moves by the new one."),
      "First v' = momentum*v - lr*grad, then w' = w + v'.",
      ko=("속도는 지난 걸음을 기억합니다. 그중 얼마가 남고, 기울기는 무엇을 더하나요?",
          "속도가 먼저 바뀝니다. 이전 속도의 momentum배가 남고, lr 곱하기 기울기가 빠집니다. 그다음 w가 새 속도만큼 움직입니다.",
          "먼저 v' = momentum*v - lr*grad, 다음에 w' = w + v'입니다."))  # fmt: skip
def test_momentum_step_example(student, device):
    """momentum_step takes two steps on the same slope.

    ko: 같은 기울기에서 momentum_step이 두 걸음을 간다.
    """
    w, v, grad = torch.tensor([-5.0, 10.0]), torch.zeros(2), torch.tensor([-13.4225, 11.8893])
    for wanted_w, wanted_v in (([-3.65775, 8.81107], [1.34225, -1.18893]),
                               ([-1.107475, 6.552103], [2.550275, -2.258967])):  # fmt: skip
        got_w, got_v = several(student.momentum_step(w, v, grad, lr=0.1, momentum=0.9), 2)
        close(got_w, torch.tensor(wanted_w))
        close(got_v, torch.tensor(wanted_v))
        w, v = torch.tensor(wanted_w), torch.tensor(wanted_v)


@points(0.2)
@hint(("The buffer gathers gradients, and lr stays outside of it. What does it hold after the first step, and after "
       "the second?"),
      "At the first step buf' is the gradient itself; later it is momentum*buf + grad. Then w' = w - lr*buf'.",
      ("The README's lines in their order: g; a clone of g where buf is None, else momentum*buf + (1 - "
       "dampening)*g; d; w - lr*d. Where momentum is 0, there is no buffer."),
      ko=("버퍼에는 기울기가 쌓이고 lr은 버퍼에 들어가지 않습니다. 첫 걸음 뒤와 두 번째 걸음 뒤에 버퍼에는 무엇이 있나요?",
          "buf'는 첫 걸음에서 기울기, 그 뒤로는 momentum*buf + grad입니다. 그다음 w' = w - lr*buf'입니다.",
          ("README의 줄을 순서대로 쓰세요. g, 그다음 buf가 None이면 g의 복사본, 아니면 momentum*buf + (1 - dampening)*g, 그다음 d, 마지막이 w - "
           "lr*d입니다. momentum이 0이면 버퍼가 없습니다.")))  # fmt: skip
def test_sgd_step_example(student, device):
    """sgd_step takes two steps with momentum.

    ko: sgd_step이 모멘텀을 써서 두 걸음을 간다.
    """
    w, grad = torch.tensor([1.0, -2.0]), torch.tensor([0.5, 1.0])
    got_w, got_buf = several(student.sgd_step(w, None, grad, lr=0.1, momentum=0.9), 2)
    close(got_w, torch.tensor([0.95, -2.1]))
    close(got_buf, torch.tensor([0.5, 1.0]))
    w, buf, grad = torch.tensor([0.95, -2.1]), torch.tensor([0.5, 1.0]), torch.tensor([1.0, -1.0])
    got_w, got_buf = several(student.sgd_step(w, buf, grad, lr=0.1, momentum=0.9), 2)
    close(got_w, torch.tensor([0.805, -2.09]))
    close(got_buf, torch.tensor([1.45, -0.1]))


@points(0.1)
@hint("Without momentum it is w' = w - lr*grad, and there is no buffer: return None in its place.",
      ko="모멘텀이 없으면 w' = w - lr*grad이고 버퍼가 없습니다. 그 자리에 None을 돌려주세요.")  # fmt: skip
def test_sgd_step_without_momentum_example(student, device):
    """sgd_step takes a step without momentum.

    ko: sgd_step이 모멘텀 없이 한 걸음을 간다.
    """
    got_w, got_buf = several(student.sgd_step(torch.tensor([1.0, -2.0]), None, torch.tensor([0.5, 1.0]), lr=0.1), 2)
    close(got_w, torch.tensor([0.95, -2.1]))
    equal(got_buf, None)


@points(1.5)
@needs(test_sgd_step_example)
@not_allowed(*TORCHS_OWN)
@hint("README.md writes the rule out; each of its lines is a line of Python.",
      ko="README.ko.md에 규칙이 적혀 있습니다. 그 한 줄이 파이썬 한 줄입니다.")  # fmt: skip
def test_sgd_step_by_hand(student, device, rng):
    """sgd_step is written by hand.

    ko: sgd_step을 직접 작성했다.
    """
    w, grad = torch.tensor([1.0, -2.0]), torch.tensor([0.5, 1.0])
    student.sgd_step(w, grad, grad, lr=0.1, momentum=0.9)
    for n, lr, buf in ((1, 0.05, None), (6, 0.02, torch.ones(6)), (6, 0.07, None)):  # numbers that nobody can recognise
        w, grad = torch.randn(n, generator=rng), torch.randn(n, generator=rng)
        watched(student.sgd_step, w, buf, grad, lr=lr, momentum=0.5)
    watched(student.sgd_step, torch.randn(6, generator=rng), None, torch.randn(6, generator=rng), lr=0.03)


@points(0.2)
@hint("The path is one step after the other. What does a step need that the one before has left?",
      "The gradient of f at w is Aw - b. The first row is w itself, and the velocity begins at 0.",
      ("Begin a list with w, and take zeros_like(w) for the velocity. In each step take the gradient a @ w - b "
       "where you are now, then momentum_step, and append the new w; torch.stack makes the path."),
      ko=("경로는 한 걸음씩 이어집니다. 한 걸음에는 앞 걸음이 남긴 무엇이 필요한가요?",
          "w에서 f의 기울기는 Aw - b입니다. 첫 행은 w 자신이고 속도는 0에서 시작합니다.",
          ("w로 리스트를 시작하고 속도는 zeros_like(w)로 두세요. 걸음마다 지금 있는 점의 기울기 a @ w - b로 momentum_step을 하고 새 w를 리스트에 넣습니다. "
           "torch.stack이 경로를 만듭니다.")))  # fmt: skip
def test_minimize_quadratic_example(student, device, draw):
    """The path of six steps down a valley.

    ko: 골짜기를 내려가는 여섯 걸음의 경로.
    """
    a, b = torch.tensor([[2.0, 1.0], [1.0, 3.0]]), torch.tensor([1.0, 2.0])
    wanted = torch.tensor([[2.0, -1.0], [1.8, -0.7], [1.45, -0.23], [1.003, 0.27], [0.5178, 0.6887],
                           [0.05721, 0.96527], [-0.319231, 1.091224]])  # fmt: skip
    got = student.minimize_quadratic(a, b, torch.tensor([2.0, -1.0]), lr=0.1, momentum=0.8, steps=6)
    draw.path(got, wanted, a, b)
    close(got, wanted)


@points(0.3)
@hint("What has an optimizer to remember from one call of step to the next, and for each of what?",
      "Keep a velocity for each parameter. In step, under torch.no_grad(), update it from .grad and add it in place.",
      ("In __init__: list(params), both rates, and torch.zeros_like of each parameter. In step, pass over a grad of "
       "None; else keep the new velocity, and add it to the parameter with add_."),
      ko=("옵티마이저는 step을 다시 부를 때까지 무엇을 기억해야 하고, 무엇마다 따로 기억해야 하나요?",
          "매개변수마다 속도를 두고, step에서는 torch.no_grad() 안에서 .grad로 고쳐 제자리에서 더하세요.",
          ("__init__에서는 list(params), 두 비율, 매개변수마다 torch.zeros_like를 간직하세요. step에서는 grad가 None이면 건너뛰고, 아니면 새 속도를 "
           "간직한 뒤 add_로 매개변수에 더합니다.")))  # fmt: skip
def test_class_example(student, device):
    """MomentumSGD moves a parameter for two steps.

    ko: MomentumSGD가 매개변수 하나를 두 걸음 움직인다.
    """
    w = student.keep(torch.tensor([-5.0, 10.0]), requires_grad=True)
    optimizer = student.MomentumSGD.kept([w], lr=0.1, momentum=0.9)
    for wanted in ([-3.65775, 8.81107], [-1.107475, 6.552103]):
        w["grad"] = torch.tensor([-13.4225, 11.8893])
        optimizer.step()
        close(student.fetch(w), torch.tensor(wanted))


@points(1.5)
@needs(test_class_example)
@not_allowed(*TORCHS_OWN)
@hint("torch.optim.Optimizer is fine as a base class; torch.optim.SGD is not, inside the class or as its base.",
      ko="torch.optim.Optimizer는 기반 클래스로 써도 되지만 torch.optim.SGD는 어떻게도 쓸 수 없습니다.")  # fmt: skip
def test_class_by_hand(student, device, rng):
    """MomentumSGD is written by hand.

    ko: MomentumSGD를 직접 작성했다.
    """
    w = student.keep(torch.randn(2, generator=rng), requires_grad=True)
    optimizer = student.MomentumSGD.kept([w], lr=0.1, momentum=0.9)
    w["grad"] = torch.randn(2, generator=rng)
    optimizer.step()
