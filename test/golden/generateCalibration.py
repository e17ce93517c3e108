"""Goldens from scikit-learn: run with `python3 test/golden/generateCalibration.py > test/golden/calibration.json`."""
import json
import numpy as np
import sklearn
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression

SEED = 11
random = np.random.default_rng(SEED)


def rounded(values, digits=6):
    return [round(float(value), digits) for value in values]


def binary(n, slope, intercept, digits):
    """Scores whose true logit is slope x + intercept; rounded to few digits, many are equal."""
    x = np.round(random.normal(0, 2, n), digits)
    y = (random.random(n) < expit(slope * x + intercept)).astype(float)
    p = expit(x)
    platt = _SigmoidCalibration().fit(x, y)
    isotonic = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(p, y)
    grid = np.concatenate([np.linspace(0, 1, 41), p[:20]])
    nll = lambda s: np.mean(np.logaddexp(0, s * x) - s * x * y)
    best = minimize_scalar(nll, bounds=(1e-3, 1e3), method="bounded", options={"xatol": 1e-12})
    return {
        "x": rounded(x), "y": rounded(y),
        "platt": {"slope": -platt.a_, "intercept": -platt.b_},
        "isotonic": {"at": grid.tolist(), "value": isotonic.predict(grid).tolist()},
        "temperature": 1 / best.x,
    }


def classes(n, k):
    z = np.round(random.normal(0, 3, (n, k)), 4)
    q = np.exp(log_softmax(z / 2.5, axis=1))
    y = np.array([random.choice(k, p=row) for row in q])
    nll = lambda s: -np.mean(log_softmax(s * z, axis=1)[np.arange(n), y])
    best = minimize_scalar(nll, bounds=(1e-3, 1e3), method="bounded", options={"xatol": 1e-12})
    return {"z": rounded(z.ravel()), "y": y.tolist(), "outputs": k, "temperature": 1 / best.x}


print(json.dumps({
    "generator": "scikit-learn", "version": sklearn.__version__, "numpy": np.__version__, "seed": SEED,
    "binary": [binary(120, 0.4, -1, 4), binary(150, 2.5, 0.5, 1)],
    "classes": [classes(120, 4)],
}))
