"""Goldens from scikit-learn: run with `python3 test/golden/generateMetrics.py > test/golden/metrics.json`."""
import json
import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

SEED = 7
random = np.random.default_rng(SEED)
rows = 200


def calibration(y, p, bins):
    came, meant = calibration_curve(y, p, n_bins=bins, strategy="uniform")
    counts = np.histogram(p, np.linspace(0, 1, bins + 1))[0]
    counts = counts[counts > 0]
    return float(np.sum(counts * np.abs(came - meant)) / len(p))


def binary(p, y):
    hit = (p >= 0.5).astype(int)
    return {
        "auc": m.roc_auc_score(y, p), "prAuc": m.average_precision_score(y, p), "accuracy": m.accuracy_score(y, hit),
        "precision": m.precision_score(y, hit, zero_division=0), "recall": m.recall_score(y, hit), "f1": m.f1_score(y, hit),
        "logLoss": m.log_loss(y, p), "brier": m.brier_score_loss(y, p), "calibrationError": calibration(y, p, 15),
        "confusion": m.confusion_matrix(y, hit).tolist(),
    }


def classes(p, y):
    k = p.shape[1]
    hit, one_hot = p.argmax(1), np.eye(k)[y]
    return {
        "accuracy": m.accuracy_score(y, hit), "top2": m.top_k_accuracy_score(y, p, k=2, labels=range(k)),
        "top3": m.top_k_accuracy_score(y, p, k=3, labels=range(k)), "macroF1": m.f1_score(y, hit, average="macro"),
        "macroPrecision": m.precision_score(y, hit, average="macro", zero_division=0),
        "macroRecall": m.recall_score(y, hit, average="macro"), "logLoss": m.log_loss(y, p, labels=range(k)),
        "brier": float(((p - one_hot) ** 2).sum(1).mean()), "calibrationError": calibration((hit == y).astype(int), p.max(1), 15),
        "confusion": m.confusion_matrix(y, hit, labels=range(k)).tolist(),
    }


def regression(p, y):
    mse = m.mean_squared_error(y, p)
    return {"mse": mse, "rmse": mse ** 0.5, "mae": m.mean_absolute_error(y, p), "r2": m.r2_score(y, p)}


def case(kind, score, p, y):
    scores = score(p, y)
    confusion = {"confusion": scores.pop("confusion")} if "confusion" in scores else {}
    return {"kind": kind, "outputs": p.size // len(y), "p": p.reshape(-1).tolist(), "y": y.tolist(), "scores": scores, **confusion}


def softmax(z):
    e = np.exp(z)
    return e / e.sum(1, keepdims=True)


labels = random.integers(0, 2, rows)
p = 1 / (1 + np.exp(-(2 * labels - 1.3 + 1.5 * random.standard_normal(rows))))
rare = (random.random(rows) < 0.06).astype(int)
five, three = random.integers(0, 5, rows), random.integers(0, 3, rows)
y = 20 + 7 * random.standard_normal(rows)
print(json.dumps({
    "generator": "test/golden/generateMetrics.py", "sklearn": sklearn.__version__, "numpy": np.__version__, "seed": SEED,
    "cases": [
        case("binary", binary, p, labels),
        # Ties: probabilities of two digits, away from the edges of bins.
        case("binary", binary, np.round(random.random(rows) * 99) / 99 * 0.98 + 0.007, labels),
        case("binary", binary, random.random(rows) ** 3, rare),
        case("classes", classes, softmax(2 * np.eye(5)[five] + random.standard_normal((rows, 5))), five),
        # No row of the fourth class, which is predicted all the same.
        case("classes", classes, softmax(random.standard_normal((rows, 4))), three),
        case("regression", regression, y + 3 * random.standard_normal(rows), y),
    ],
}))
