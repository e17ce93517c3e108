"""Writes explain.json: curves of probabilities, permutation importances and partial dependence by scikit-learn 1.2.1.

    /usr/bin/python3 test/golden/generateExplain.py
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.calibration import calibration_curve
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression
from sklearn.metrics import precision_recall_curve, roc_curve

rng = np.random.default_rng(5)
n = 80
p = np.round(rng.uniform(size=n), 2)  # with ties
y = (rng.uniform(size=n) < p).astype(int)
fpr, tpr, _ = roc_curve(y, p, drop_intermediate=False)
precision, recall, _ = precision_recall_curve(y, p)
# Without ties: how scikit-learn's quantiles deal equal values is its own.
distinct = (np.argsort(np.argsort(rng.uniform(size=n))) + 0.5) / n
ones = (rng.uniform(size=n) < distinct).astype(int)
observed, predicted = calibration_curve(ones, distinct, n_bins=10, strategy="quantile")

x = rng.normal(size=(60, 3))
target = 2 * x[:, 0] - 0.5 * x[:, 1] + rng.normal(size=60) * 0.1
model = LinearRegression().fit(x, target)




# permutation_importance keeps its orders to itself; the same generator gives them again.
importance = permutation_importance(model, x, target, scoring="neg_mean_squared_error", n_repeats=4, random_state=3)
seed = np.random.RandomState(3).randint(np.iinfo(np.int32).max + 1)
orders = []
for _ in range(3):
    state = np.random.RandomState(seed)
    index = np.arange(60)
    order = np.arange(60)
    column = []
    for _ in range(4):
        state.shuffle(index)
        order = order[index]  # the column that was shuffled before is shuffled again
        column.append(order.tolist())
    orders.append(column)
grid = partial_dependence(model, x, [0], kind="both", grid_resolution=5)

Path(__file__).with_name("explain.json").write_text(
    json.dumps(
        {
            "sklearn": sklearn.__version__,
            "p": p.tolist(),
            "y": y.tolist(),
            "roc": [fpr.tolist(), tpr.tolist()],
            "precisionRecall": [recall[::-1].tolist(), precision[::-1].tolist()],
            "distinct": distinct.tolist(),
            "ones": ones.tolist(),
            "calibration": [predicted.tolist(), observed.tolist()],
            "x": x.tolist(),
            "target": target.tolist(),
            "coefficients": [*model.coef_.tolist(), float(model.intercept_)],
            "orders": orders,
            "importances": importance.importances.tolist(),
            "grid": grid["values"][0].tolist(),
            "average": grid["average"][0].tolist(),
        }
    )
    + "\n"
)
