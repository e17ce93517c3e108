"""PyTorch's side of the benchmark of steps. See peer.py."""

import sys
import time

from peer import answer, serve

try:
    import torch
    from threadpoolctl import threadpool_limits
except ImportError as error:
    answer(missing=str(error))
    sys.exit()


def build_with(x, y, layers, work, **options):
    modules = []
    for i, (w, b) in enumerate(layers):
        linear = torch.nn.Linear(*w.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(w.T.copy()))
            linear.bias.copy_(torch.from_numpy(b.copy()))
        modules.append(linear)
        if i == len(layers) - 1:
            break
        if "dropout" in work:
            modules += [torch.nn.BatchNorm1d(len(b)), torch.nn.ReLU(), torch.nn.Dropout(work["dropout"])]
        else:
            modules.append(torch.nn.ReLU())
    network = torch.nn.Sequential(*modules)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, **options)
    x = torch.from_numpy(x.copy())
    if layers[-1][0].shape[1] == 1:
        loss_of, y = torch.nn.BCEWithLogitsLoss(), torch.from_numpy(y.copy()).reshape(-1, 1)
    else:
        loss_of, y = torch.nn.CrossEntropyLoss(), torch.from_numpy(y.copy()).long()

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(network(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return step


def seconds_of(step):
    for _ in range(3):
        step()
    begin = time.perf_counter()
    for _ in range(10):
        step()
    return time.perf_counter() - begin


def build(x, y, layers, work):
    """The faster of the optimizer's forms that this version has."""
    forms = [{}, {"foreach": True}, {"fused": True}]
    times = []
    for form in forms:
        try:
            times.append((seconds_of(build_with(x, y, layers, work, **form)), forms.index(form)))
        except (TypeError, RuntimeError):
            pass
    return build_with(x, y, layers, work, **forms[min(times)[1]])


def use(operators, products):
    """Threads of PyTorch's own, and of its BLAS: where that has a pool of its own, as OpenBLAS in Debian, the two do not know of each other."""
    torch.set_num_threads(operators)
    threadpool_limits(limits=products, user_api="blas")


threads = {
    "1 thread": lambda: use(1, 1),
    "2 threads in BLAS": lambda: use(1, 2),
    "2 threads": lambda: use(2, 2),
}
serve(f"PyTorch {torch.__version__}", threads, build)
