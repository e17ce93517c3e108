"""Networks that PyTorch has trained, in its formats, and a graph that is put together by hand: run with Debian's python3-torch 1.13.1 and python3-onnx 1.12 as
`/usr/bin/python3 test/golden/generateTorch.py test/golden/torch`.

For each: the state dict as `torch.save` writes it, the graph as `torch.onnx.export` does, and in networks.json rows and what the network makes of them.
"""
import json
import sys
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper
from torch import nn

folder = Path(sys.argv[1])
folder.mkdir(exist_ok=True)
torch.manual_seed(7)
torch.set_num_threads(1)


def trained(net, width):
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    net.train()
    for _ in range(20):
        x = torch.randn(32, width) * 2 + 1
        optimizer.zero_grad()
        net(x).square().mean().backward()
        optimizer.step()
    return net.eval()


networks = {
    "mlp": (4, nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 2))),
    "normalized": (
        5,
        nn.Sequential(
            nn.BatchNorm1d(5), nn.Linear(5, 6, bias=False), nn.BatchNorm1d(6, eps=1e-3), nn.LeakyReLU(0.2), nn.Dropout(0.3),
            nn.Linear(6, 6), nn.LayerNorm(6, eps=1e-4), nn.GELU(), nn.Linear(6, 3),
        ),
    ),
    "activations": (
        3,
        nn.Sequential(
            nn.Linear(3, 4), nn.PReLU(4), nn.Linear(4, 4), nn.PReLU(), nn.Linear(4, 4), nn.ELU(0.7), nn.Linear(4, 4), nn.SELU(),
            nn.Linear(4, 4), nn.SiLU(), nn.Linear(4, 4), nn.Softplus(), nn.Linear(4, 4), nn.Softsign(), nn.Linear(4, 4),
            nn.Sigmoid(), nn.Identity(), nn.Linear(4, 2),
        ),
    ),
    "dense": (3, nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2, bias=False))),
}
described = {}
for name, (width, net) in networks.items():
    trained(net, width)
    rows = torch.randn(20, width) * 2 + 1
    torch.save(net.state_dict(), folder / f"{name}.pt")
    torch.onnx.export(
        net, rows, folder / f"{name}.onnx", opset_version=17, input_names=["x"], output_names=["y"],
        dynamic_axes={"x": {0: "n"}, "y": {0: "n"}},
    )
    described[name] = {"rows": rows.tolist(), "outputs": net(rows).tolist()}

# What is no state dict of a network, or one in other clothes.
mlp = networks["mlp"][1]
torch.save(mlp, folder / "module.pt")
torch.save({"model": mlp.state_dict(), "epoch": 3}, folder / "checkpoint.pt")
torch.save(mlp.state_dict(), folder / "before.pt", _use_new_zipfile_serialization=False)
half = {name: tensor.half() for name, tensor in networks["dense"][1].state_dict().items()}
torch.save(half, folder / "half.pt")
double = {f"net.{name}": nn.Parameter(tensor.double().T.contiguous().T) for name, tensor in networks["dense"][1].state_dict().items()}
torch.save(double, folder / "double.pt")
conv = nn.Sequential(nn.Conv1d(1, 2, 3), nn.Flatten(), nn.Linear(4, 1)).eval()
torch.onnx.export(conv, torch.randn(1, 1, 4), folder / "conv.onnx", opset_version=17)

# By hand: what PyTorch does not write. Numbers in float_data, double_data and Constant nodes, a bias before its product, factors of Gemm, ways side by side and around.
w1, w2, w3 = torch.randn(3, 4), torch.randn(4, 4), torch.randn(4, 2)
b1, b3 = torch.randn(1, 4), torch.randn(2)
gamma, beta, mean, variance = torch.rand(6) + 0.5, torch.randn(6), torch.randn(6), torch.rand(6) + 0.1
w4 = torch.randn(6, 1)
rows = torch.randn(10, 3)
first = torch.relu(rows @ w1 + b1)
around = first + torch.tanh(first @ w2)
both = torch.cat([around, 0.5 * (around @ w3) + 2 * b3], 1)
normal = (both - mean) / torch.sqrt(variance + 1e-5) * gamma + beta
described["hand"] = {"rows": rows.tolist(), "outputs": (normal @ w4 + 0.25).tolist()}


def listed(name, tensor, kind=TensorProto.FLOAT):
    return helper.make_tensor(name, kind, tensor.shape, tensor.double().flatten().tolist())


hand = helper.make_graph(
    [
        helper.make_node("Identity", ["w1"], ["same"]),
        helper.make_node("MatMul", ["x", "same"], ["product"], name="product"),
        helper.make_node("Add", ["b1", "product"], ["sum"], name="bias"),
        helper.make_node("Relu", ["sum"], ["first"]),
        helper.make_node("Constant", [], ["w2"], value=listed("", w2)),
        helper.make_node("MatMul", ["first", "w2"], ["inner"]),
        helper.make_node("Tanh", ["inner"], ["turned"]),
        helper.make_node("Add", ["first", "turned"], ["around"]),
        helper.make_node("Gemm", ["around", "w3", "b3"], ["scaled"], alpha=0.5, beta=2.0),
        helper.make_node("Concat", ["around", "scaled"], ["both"], axis=-1),
        helper.make_node("BatchNormalization", ["both", "gamma", "beta", "mean", "variance"], ["normal"]),
        helper.make_node("Dropout", ["normal"], ["kept"]),
        helper.make_node("Gemm", ["kept", "w4", "b4"], ["y"]),
    ],
    "hand",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", "columns"])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", 1])],
    [
        listed("w1", w1), listed("b1", b1), listed("w3", w3, TensorProto.DOUBLE), listed("b3", b3), listed("gamma", gamma),
        listed("beta", beta), listed("mean", mean), listed("variance", variance), listed("w4", w4),
        helper.make_tensor("b4", TensorProto.FLOAT, [1], [0.25]),
    ],
)
onnx.save(helper.make_model(hand, opset_imports=[helper.make_opsetid("", 17)]), folder / "hand.onnx")
(folder / "networks.json").write_text(json.dumps({"torch": torch.__version__, "seed": 7, "networks": described}) + "\n")
