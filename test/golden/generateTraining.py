"""Goldens from PyTorch, in float64: run with `python3 test/golden/generateTraining.py > test/golden/training.json`.

Every loss with its options and with weights of rows, 100 steps of every optimizer and its variants on a small net, and every schedule.
Weights are written as Millrace keeps them: [width in, units], the transpose of torch.nn.Linear's.
"""
import json
import torch
import torch.nn.functional as F
from torch import nn, optim

SEED = 7
torch.manual_seed(SEED)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def listed(tensor):
    return tensor.detach().reshape(-1).tolist()


def loss(name, options, each, z, y, weights=None):
    """`each` gives the loss of each row; with weights, the mean is over them."""
    z = z.clone().requires_grad_()
    rows = each(z, y)
    value = rows.mean() if weights is None else (weights * rows).sum() / weights.sum()
    value.backward()
    case = {"name": name, "options": options, "rows": z.shape[0], "outputs": z.numel() // z.shape[0],
            "z": listed(z), "y": listed(y.double()), "loss": value.item(), "dz": listed(z.grad)}
    if weights is not None:
        case["weights"] = listed(weights)
    return case


def whole(name, options, module, z, y):
    """A loss whose mean is the module's own."""
    z = z.clone().requires_grad_()
    value = module(z, y)
    value.backward()
    return {"name": name, "options": options, "rows": z.shape[0], "outputs": z.numel() // z.shape[0],
            "z": listed(z), "y": listed(y.double()), "loss": value.item(), "dz": listed(z.grad)}


n = 9
z, y = 2 * torch.randn(n), torch.randn(n)
labels, counts = torch.randint(0, 2, (n,)).double(), torch.randint(0, 5, (n,)).double()
logits, classes = 2 * torch.randn(n, 4), torch.randint(0, 4, (n,))
weights, class_weights = 3 * torch.rand(n), torch.tensor([0.5, 2.0, 1.0, 3.0])
distribution = torch.softmax(torch.randn(n, 4), 1)

pinball = lambda q: lambda p, y: torch.maximum(q * (y - p), (q - 1) * (y - p))
hinge = lambda z, y: torch.clamp(1 - (2 * y - 1) * z, min=0)
bce = lambda k, s: lambda z, y: F.binary_cross_entropy_with_logits(
    z, y * (1 - s) + s / 2, pos_weight=torch.tensor(float(k)), reduction="none")
plain = {
    "meanSquaredError": ({}, lambda p, y: (p - y) ** 2, y),
    "meanAbsoluteError": ({}, lambda p, y: F.l1_loss(p, y, reduction="none"), y),
    "huber": ({"delta": 0.7}, lambda p, y: F.huber_loss(p, y, reduction="none", delta=0.7), y),
    "quantile": ({"q": 0.8}, pinball(0.8), y),
    "poisson": ({}, lambda z, y: F.poisson_nll_loss(z, y, reduction="none"), counts),
    "hinge": ({}, hinge, labels),
    "binaryCrossEntropy": ({"positiveWeight": 3, "labelSmoothing": 0.1}, bce(3, 0.1), labels),
}
losses = [loss(name, options, each, z, target, w)
          for name, (options, each, target) in plain.items() for w in (None, weights)]
losses += [
    loss("binaryCrossEntropy", {}, bce(1, 0), z, labels, weights),
    loss("binaryCrossEntropy", {"positiveWeight": 0.25}, bce(0.25, 0), 100 * z, labels),
    loss("crossEntropy", {}, lambda z, y: F.cross_entropy(z, y, reduction="none"), logits, classes, weights),
    whole("crossEntropy", {"classWeights": listed(class_weights)}, nn.CrossEntropyLoss(class_weights), logits, classes),
    whole("crossEntropy", {"labelSmoothing": 0.2}, nn.CrossEntropyLoss(label_smoothing=0.2), logits, classes),
    whole("crossEntropy", {"classWeights": listed(class_weights), "labelSmoothing": 0.2},
          nn.CrossEntropyLoss(class_weights, label_smoothing=0.2), logits, classes),
    whole("crossEntropy", {"labels": "distribution"}, nn.CrossEntropyLoss(), logits, distribution),
    whole("crossEntropy", {"labels": "distribution", "labelSmoothing": 0.1},
          nn.CrossEntropyLoss(label_smoothing=0.1), logits, distribution),
]

torch.manual_seed(SEED)
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))
x, targets = torch.randn(8, 4), torch.randint(0, 3, (8,))
flat = lambda: [v for m in (net[0], net[2], net[4]) for v in listed(m.weight.T) + listed(m.bias)]
first_state, first = {k: v.clone() for k, v in net.state_dict().items()}, flat()


def training(name, options, make, schedule=None):
    net.load_state_dict(first_state)
    optimizer, criterion, values = make(net.parameters()), nn.CrossEntropyLoss(), []
    scheduler = schedule and schedule(optimizer)
    for _ in range(100):
        optimizer.zero_grad()
        value = criterion(net(x), targets)
        value.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        values.append(value.item())
    return {"name": name, "options": options, "last": flat(), "losses": values}


trainings = [
    training("sgd", {"learningRate": 0.1}, lambda p: optim.SGD(p, lr=0.1)),
    training("sgd", {"learningRate": 0.1, "weightDecay": 0.01}, lambda p: optim.SGD(p, lr=0.1, weight_decay=0.01)),
    training("sgd", {"learningRate": 0.05, "momentum": 0.9}, lambda p: optim.SGD(p, lr=0.05, momentum=0.9)),
    training("sgd", {"learningRate": 0.05, "momentum": 0.9, "dampening": 0.5, "weightDecay": 0.01},
             lambda p: optim.SGD(p, lr=0.05, momentum=0.9, dampening=0.5, weight_decay=0.01)),
    training("sgd", {"learningRate": 0.05, "momentum": 0.9, "nesterov": True, "weightDecay": 0.01},
             lambda p: optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01)),
    training("adagrad", {"learningRate": 0.05}, lambda p: optim.Adagrad(p, lr=0.05)),
    training("adagrad", {"learningRate": 0.05, "weightDecay": 0.01}, lambda p: optim.Adagrad(p, lr=0.05, weight_decay=0.01)),
    training("rmsProp", {"learningRate": 0.002}, lambda p: optim.RMSprop(p, lr=0.002)),
    training("rmsProp", {"learningRate": 0.001, "decay": 0.9, "momentum": 0.5, "centered": True, "weightDecay": 0.01},
             lambda p: optim.RMSprop(p, lr=0.001, alpha=0.9, momentum=0.5, centered=True, weight_decay=0.01)),
    training("adam", {"learningRate": 0.01}, lambda p: optim.Adam(p, lr=0.01)),
    training("adam", {"learningRate": 0.01, "weightDecay": 0.01}, lambda p: optim.Adam(p, lr=0.01, weight_decay=0.01)),
    training("adam", {"learningRate": 0.01, "beta1": 0.8, "beta2": 0.9, "amsgrad": True},
             lambda p: optim.Adam(p, lr=0.01, betas=(0.8, 0.9), amsgrad=True)),
    training("adamW", {"learningRate": 0.01, "weightDecay": 0.1}, lambda p: optim.AdamW(p, lr=0.01, weight_decay=0.1)),
    training("adamW", {"learningRate": 0.01, "amsgrad": True}, lambda p: optim.AdamW(p, lr=0.01, amsgrad=True)),
    # Without foreach, PyTorch 1.13 counts mu(t) twice in M(t+1); later versions do not.
    training("nadam", {"learningRate": 0.005}, lambda p: optim.NAdam(p, lr=0.005, foreach=True)),
    training("nadam", {"learningRate": 0.005, "weightDecay": 0.01, "momentumDecay": 0.01},
             lambda p: optim.NAdam(p, lr=0.005, weight_decay=0.01, momentum_decay=0.01, foreach=True)),
    training("sgd", {"learningRate": {"schedule": "exponentialDecay", "learningRate": 0.2, "factor": 0.98}, "momentum": 0.5},
             lambda p: optim.SGD(p, lr=0.2, momentum=0.5), lambda o: optim.lr_scheduler.ExponentialLR(o, 0.98)),
]


def rates(name, options, make, rate=0.1, steps=60):
    """The learning rate of each update, the scheduler being stepped after it."""
    optimizer = optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)
    scheduler, values = make(optimizer), []
    for step in range(steps):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step + 1 < steps:
            scheduler.step()
    return {"name": name, "options": {"learningRate": rate, **options}, "rates": values}


schedule = optim.lr_scheduler
schedules = [
    rates("constantRate", {}, lambda o: schedule.LambdaLR(o, lambda _: 1)),
    rates("stepDecay", {"everySteps": 7, "factor": 0.5}, lambda o: schedule.StepLR(o, 7, 0.5)),
    rates("exponentialDecay", {"factor": 0.9}, lambda o: schedule.ExponentialLR(o, 0.9)),
    rates("polynomialDecay", {"steps": 40}, lambda o: schedule.PolynomialLR(o, 40)),
    rates("polynomialDecay", {"steps": 40, "power": 2}, lambda o: schedule.PolynomialLR(o, 40, 2)),
    rates("cosineDecay", {"steps": 59, "end": 0.01}, lambda o: schedule.CosineAnnealingLR(o, 59, 0.01)),
    rates("cosineDecay", {"steps": 15, "restarts": True}, lambda o: schedule.CosineAnnealingWarmRestarts(o, 15)),
    rates("cosineDecay", {"steps": 8, "restarts": True, "growth": 2, "end": 0.001},
          lambda o: schedule.CosineAnnealingWarmRestarts(o, 8, 2, 0.001)),
    rates("oneCycle", {"steps": 60}, lambda o: schedule.OneCycleLR(o, 0.1, 60, cycle_momentum=False)),
    rates("oneCycle", {"steps": 60, "rise": 0.4, "startDivisor": 10, "endDivisor": 100, "shape": "linear"},
          lambda o: schedule.OneCycleLR(o, 0.1, 60, pct_start=0.4, div_factor=10, final_div_factor=100,
                                        anneal_strategy="linear", cycle_momentum=False)),
]

metrics = [(10 + i % 4) / (1 + 0.3 * min(i, 12)) for i in range(40)]


def plateau(options, **torch_options):
    optimizer = optim.SGD([torch.zeros(1, requires_grad=True)], lr=1)
    # At most 1e-300 is changed by, so that a tiny rate is a changed rate for PyTorch as well.
    scheduler, factors = schedule.ReduceLROnPlateau(optimizer, threshold_mode="abs", eps=1e-300, **torch_options), []
    for value in metrics:
        scheduler.step(value)
        factors.append(optimizer.param_groups[0]["lr"])
    return {"options": options, "factors": factors}


plateaus = [
    plateau({"factor": 0.5, "patience": 2}, factor=0.5, patience=2, threshold=0),
    plateau({"factor": 0.5, "patience": 1, "cooldown": 3, "minDelta": 0.5}, factor=0.5, patience=1, cooldown=3, threshold=0.5),
    plateau({"factor": 0.1, "patience": 0, "mode": "max"}, factor=0.1, patience=0, threshold=0, mode="max"),
]

print(json.dumps({
    "generator": "test/golden/generateTraining.py",
    "torch": torch.__version__,
    "seed": SEED,
    "losses": losses,
    "net": {"x": listed(x), "y": listed(targets.double()), "first": first},
    "trainings": trainings,
    "schedules": schedules,
    "plateau": {"metrics": metrics, "cases": plateaus},
}))
