"""scikit-learn's side of the benchmark of steps: MLPClassifier.partial_fit on one mini-batch, without its penalty. See peer.py."""

import sys
import warnings

import numpy as np
from peer import answer, serve

try:
    import sklearn
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits
except ImportError as error:
    answer(missing=str(error))
    sys.exit()

warnings.filterwarnings("ignore")


def build(x, y, layers, _work):
    outputs = layers[-1][0].shape[1]
    network = MLPClassifier(
        hidden_layer_sizes=[w.shape[1] for w, _ in layers[:-1]],
        alpha=0,
        batch_size=len(x),
        shuffle=False,
        random_state=1,
    )
    y, classes = y.astype(int), np.arange(max(outputs, 2))
    network.partial_fit(x, y, classes=classes)
    # The first step has made the arrays; they begin again with the parameters of all.
    for (w, b), coefficients, intercepts in zip(layers, network.coefs_, network.intercepts_):
        coefficients[:] = w
        intercepts[:] = b
    optimizer = network._optimizer
    for moments in (*optimizer.ms, *optimizer.vs):
        moments[:] = 0
    optimizer.t = 0

    def step():
        network.partial_fit(x, y)
        return network.loss_

    return step


threads = {
    "1 thread": lambda: threadpool_limits(limits=1),
    "2 threads": lambda: threadpool_limits(limits=2),
}
serve(f"scikit-learn {sklearn.__version__}", threads, build)
