"""Goldens from PyTorch, in float64: run with `python3 test/golden/generate.py > test/golden/torch.json`.

Layers, activations and losses forward and backward, and 100 steps of SGD and of Adam on a small net.
Weights are written as Millrace keeps them: [width in, units], the transpose of torch.nn.Linear's.
"""
import json
import torch
from torch import nn

SEED = 7
torch.manual_seed(SEED)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def listed(tensor):
    return tensor.detach().reshape(-1).tolist()


def layer(name, module, width):
    x = torch.randn(5, width, requires_grad=True)
    a = module(x)
    da = torch.randn_like(a)
    a.backward(da)
    case = {"name": name, "rows": 5, "width": width, "x": listed(x), "a": listed(a), "da": listed(da), "dx": listed(x.grad)}
    if isinstance(module, nn.Linear):
        case.update(
            w=listed(module.weight.T), b=listed(module.bias), dw=listed(module.weight.grad.T), db=listed(module.bias.grad)
        )
    return case


def loss(name, module, z, y):
    z.requires_grad_()
    value = module(z, y)
    value.backward()
    return {
        "name": name, "rows": z.shape[0], "outputs": z.numel() // z.shape[0],
        "z": listed(z), "y": listed(y.double()), "loss": value.item(), "dz": listed(z.grad),
    }


def training(name, make):
    torch.manual_seed(SEED)
    net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))
    x, y = torch.randn(8, 4), torch.randint(0, 3, (8,))
    flat = lambda: [v for m in (net[0], net[2], net[4]) for v in listed(m.weight.T) + listed(m.bias)]
    first = flat()
    optimizer, criterion, losses = make(net.parameters()), nn.CrossEntropyLoss(), []
    for _ in range(100):
        optimizer.zero_grad()
        value = criterion(net(x), y)
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return {"name": name, "x": listed(x), "y": listed(y.double()), "first": first, "last": flat(), "losses": losses}


extreme = torch.tensor([[-40.0, 0.0, 30.0], [1e-3, 500.0, -500.0], [0.0, 0.0, 0.0]])
print(json.dumps({
    "generator": "test/golden/generate.py",
    "torch": torch.__version__,
    "seed": SEED,
    "layers": [
        layer("dense", nn.Linear(4, 3), 4),
        layer("sigmoid", nn.Sigmoid(), 6),
        layer("tanh", nn.Tanh(), 6),
        layer("relu", nn.ReLU(), 6),
        layer("passThrough", nn.Identity(), 6),
    ],
    "losses": [
        loss("binaryCrossEntropy", nn.BCEWithLogitsLoss(), 5 * torch.randn(9), torch.randint(0, 2, (9,)).double()),
        loss("binaryCrossEntropy", nn.BCEWithLogitsLoss(), extreme[1].clone(), torch.tensor([1.0, 0.0, 1.0])),
        loss("crossEntropy", nn.CrossEntropyLoss(), 3 * torch.randn(6, 4), torch.randint(0, 4, (6,))),
        loss("crossEntropy", nn.CrossEntropyLoss(), extreme.clone(), torch.tensor([0, 1, 2])),
        loss("meanSquaredError", nn.MSELoss(), torch.randn(7), torch.randn(7)),
        loss("meanSquaredError", nn.MSELoss(), torch.randn(4, 2), torch.randn(4, 2)),
    ],
    "trainings": [
        training("sgd", lambda p: torch.optim.SGD(p, lr=0.1)),
        training("adam", lambda p: torch.optim.Adam(p, lr=0.01)),
    ],
}))
