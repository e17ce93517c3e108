"""What the Python peers have in common: lines of JSON in, lines of JSON out.

    {"kind": "open", "name", "widths", "rows", "checkSteps", "file", "dropout" or none}  ->  {"loss": the one before step checkSteps}
    {"kind": "measure", "name", "threads": one of them, "ms"}         ->  {"seconds": of a step}

`file` holds float32 numbers: x [rows, inputs], y [rows], then w [inputs, units] and b of each layer; with dropout, gamma and beta too
of each hidden one, which is normalized: 1 and 0, as everybody has them at first.
"""

import json
import sys
import time

import numpy as np


def answer(**reply):
    print(json.dumps(reply), flush=True)


def read(work):
    numbers = np.fromfile(work["file"], np.float32)
    rows, widths = work["rows"], work["widths"]
    x, numbers = np.split(numbers, [rows * widths[0]])
    y, numbers = np.split(numbers, [rows])
    layers = []
    for inputs, units in zip(widths, widths[1:]):
        w, b, numbers = np.split(numbers, [inputs * units, inputs * units + units])
        layers.append((w.reshape(inputs, units), b))
        if "dropout" in work and len(layers) < len(widths) - 1:
            numbers = numbers[2 * units :]
    assert len(numbers) == 0
    return x.reshape(rows, widths[0]), y, layers


def measure(step, ms):
    """Seconds a step, over about `ms` milliseconds."""
    begin = time.perf_counter()
    steps, passed = 0, 0.0
    while passed < ms / 1000:
        step()
        steps += 1
        passed = time.perf_counter() - begin
    return passed / steps


def serve(name, threads, build):
    """`build(x, y, layers, work)` gives a step, which gives the loss before it; `threads` has a function for each way to use them, the first with one."""
    answer(name=name, threads=list(threads))
    steps = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["kind"] == "open":
                next(iter(threads.values()))()
                step = build(*read(request), request)
                for _ in range(request["checkSteps"] - 1):
                    step()
                answer(loss=float(step()))
                steps = {request["name"]: step}
            else:
                threads[request["threads"]]()
                answer(seconds=measure(steps[request["name"]], request["ms"]))
        except Exception as error:  # The harness shows it and ends.
            answer(error=repr(error))
