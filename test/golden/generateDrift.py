"""Goldens from SciPy and NumPy: run with `python3 test/golden/generateDrift.py > test/golden/drift.json`."""
import json

import numpy
import scipy
import scipy.stats

SEED = 7
random = numpy.random.default_rng(SEED)


def index(was, now, edges):
    """Population stability index over bins (edges[i], edges[i+1]], with NumPy's histogram; shares are at least 1e-4."""
    # numpy's bins are closed on the left: turned round, they are closed on the right.
    shares = [numpy.histogram(-x, bins=-edges[::-1])[0][::-1] / len(x) for x in (was, now)]
    p, q = (numpy.maximum(share, 1e-4) for share in shares)
    return float(numpy.sum((q - p) * numpy.log(q / p)))


def case(name, was, now):
    # Ten bins of equally many numbers that were.
    deciles = numpy.quantile(was, numpy.arange(1, 10) / 10, method="inverted_cdf")
    edges = numpy.concatenate([[-numpy.inf], deciles, [numpy.inf]])
    return {
        "name": name,
        "was": [round(float(x), 6) for x in was],
        "now": [round(float(x), 6) for x in now],
        "psi": index(was, now, edges),
        "ks": float(scipy.stats.ks_2samp(was, now).statistic),
    }


def normal(n, mean=0.0, deviation=1.0):
    return numpy.round(random.normal(mean, deviation, n), 6)


cases = [
    case("alike", normal(1000), normal(400)),
    case("shifted", normal(1000), normal(400, 0.7)),
    case("wider", normal(1000), normal(400, 0, 2)),
    case("apart", normal(500), normal(300, 50)),
    case("few distinct", numpy.repeat(numpy.arange(10.0), 50), numpy.repeat(numpy.arange(4.0, 14.0), 20)),
    case("small", normal(60), normal(40, 0.3)),
]

print(
    json.dumps(
        {
            "generator": "test/golden/generateDrift.py",
            "scipy": scipy.__version__,
            "numpy": numpy.__version__,
            "seed": SEED,
            "cases": cases,
        }
    )
)
