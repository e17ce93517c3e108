"""Goldens of layers and activations from PyTorch, in float64: `python3 test/golden/generateLayers.py > test/golden/layers.json`.

Forward, backward and the gradient of every parameter; for batch normalization also what it keeps, and what it gives in use.
Weights are written as Millrace keeps them: [width in, units], the transpose of torch.nn.Linear's.
"""
import json
import torch
from torch import nn

SEED = 7
ROWS = 6
torch.manual_seed(SEED)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def listed(tensor):
    return tensor.detach().reshape(-1).tolist()


class Residual(nn.Module):
    def __init__(self, *inner):
        super().__init__()
        self.inner = nn.Sequential(*inner)

    def forward(self, x):
        return x + self.inner(x)


class Branches(nn.Module):
    def __init__(self, *ways):
        super().__init__()
        self.ways = nn.ModuleList(nn.Sequential(*way) for way in ways)

    def forward(self, x):
        return torch.cat([way(x) for way in self.ways], 1)


def parameters(module):
    """Values and gradients in Millrace's order and orientation."""
    for part in module.modules():
        for tensor in part.parameters(recurse=False):
            turned = isinstance(part, nn.Linear) and tensor.dim() == 2
            yield {
                "value": listed(tensor.T if turned else tensor),
                "gradient": listed(tensor.grad.T if turned else tensor.grad),
            }


def case(name, module, width, scale=1.0, shift=0.0):
    for part in module.modules():
        if isinstance(part, (nn.BatchNorm1d, nn.LayerNorm)):
            nn.init.normal_(part.weight, 1, 0.3)
            nn.init.normal_(part.bias, 0, 0.3)
    x = (scale * torch.randn(ROWS, width) + shift).requires_grad_()
    a = module(x)
    da = torch.randn_like(a)
    a.backward(da)
    result = {
        "name": name, "rows": ROWS, "width": width,
        "x": listed(x), "a": listed(a), "da": listed(da), "dx": listed(x.grad), "parameters": list(parameters(module)),
        "buffers": [
            listed(tensor) for key, tensor in module.named_buffers() if not key.endswith("num_batches_tracked")
        ],
    }
    module.eval()
    result["inUse"] = listed(module(x))
    return result


prelu_each = nn.PReLU(7)
nn.init.normal_(prelu_each.weight, 0.2, 0.1)

print(json.dumps({
    "generator": "test/golden/generateLayers.py",
    "torch": torch.__version__,
    "seed": SEED,
    "cases": [
        case("dense", nn.Linear(4, 3), 4),
        case("dense without bias", nn.Linear(4, 3, bias=False), 4),
        case("sigmoid", nn.Sigmoid(), 7, 3),
        case("tanh", nn.Tanh(), 7, 3),
        case("relu", nn.ReLU(), 7, 3),
        case("passThrough", nn.Identity(), 7),
        case("leakyRelu", nn.LeakyReLU(), 7, 3),
        case("prelu", nn.PReLU(), 7, 3),
        case("prelu with a slope for each unit", prelu_each, 7, 3),
        case("elu", nn.ELU(), 7, 3),
        case("elu of alpha 0.3", nn.ELU(0.3), 7, 3),
        case("selu", nn.SELU(), 7, 3),
        case("gelu", nn.GELU(), 7, 3),
        case("gelu by tanh", nn.GELU("tanh"), 7, 3),
        case("silu", nn.SiLU(), 7, 3),
        case("softplus", nn.Softplus(), 7, 3),
        case("softsign", nn.Softsign(), 7, 3),
        case("batchNorm", nn.BatchNorm1d(5), 5, 2, 3),
        case("batchNorm with other options", nn.BatchNorm1d(5, eps=0.1, momentum=0.4), 5, 2, 3),
        case("layerNorm", nn.LayerNorm(5), 5, 2, 3),
        case("layerNorm with another epsilon", nn.LayerNorm(5, eps=0.1), 5, 2, 3),
        case("residual", Residual(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Tanh(), nn.Linear(3, 4)), 4),
        case("branches", Branches([nn.Linear(4, 1)], [nn.Linear(4, 3), nn.SiLU(), nn.LayerNorm(3)], [nn.Identity()]), 4),
    ],
}))
