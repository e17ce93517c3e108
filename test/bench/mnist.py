"""Trains scikit-learn's MLPClassifier on MNIST: 784-100-100-10, Adam 1e-3, batches of 200, as its benchmark bench_mnist does.

    python3 test/bench/mnist.py FOLDER EPOCHS

FOLDER holds the IDX files. Prints one line of JSON: the seconds of reading, scaling and `fit`, those of `fit` alone, and the error on the test images.
"""

import gzip
import json
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier


def read(folder, name):
    with gzip.open(f"{folder}/{name}-ubyte.gz") as file:
        content = file.read()
    dimensions = content[3]
    shape = [int.from_bytes(content[4 + 4 * i : 8 + 4 * i], "big") for i in range(dimensions)]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def images(folder, prefix):
    x = read(folder, f"{prefix}-images-idx3").reshape(-1, 784).astype(np.float32) / 255
    return x, read(folder, f"{prefix}-labels-idx1")


warnings.filterwarnings("ignore")
folder, epochs = sys.argv[1], int(sys.argv[2])
begin = time.perf_counter()
x, y = images(folder, "train")
loaded = time.perf_counter() - begin
network = MLPClassifier(
    hidden_layer_sizes=(100, 100),
    solver="adam",
    learning_rate_init=1e-3,
    alpha=1e-4,
    batch_size=200,
    max_iter=epochs,
    n_iter_no_change=epochs,
    tol=0,
    random_state=1,
)
begin = time.perf_counter()
network.fit(x, y)
seconds = time.perf_counter() - begin
x, y = images(folder, "t10k")
print(
    json.dumps(
        {
            "version": sklearn.__version__,
            "seconds": loaded + seconds,
            "train": seconds,
            "epochs": network.n_iter_,
            "error": float((network.predict(x) != y).mean()),
        }
    )
)
