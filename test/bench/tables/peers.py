"""Trains contestants of other libraries on a table, and writes what they predict for its test rows.

Usage: peers.py FOLDER TASK CONTESTANT, with train.csv and test.csv in the folder; prints { seconds, predictSeconds } as JSON.
"""
import json
import pathlib
import sys
import time
import warnings

import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.compose import TransformedTargetRegressor
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, OrdinalEncoder, StandardScaler

warnings.filterwarnings("ignore")
folder, task, contestant = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
train, test = (pd.read_csv(folder / f"{side}.csv") for side in ("train", "test"))
x, y, x_test = train.drop(columns="target"), train.target, test.drop(columns="target")
is_text = make_column_selector(dtype_exclude=np.number)
is_number = make_column_selector(dtype_include=np.number)
regression = task == "regression"
labels = LabelEncoder().fit(y) if task == "classes" else None
if labels:
    y = labels.transform(y)


def encoded():
    """As the documentation of scikit-learn does it: numbers standardized, texts one-hot."""
    return make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), is_number),
        (make_pipeline(SimpleImputer(strategy="constant", fill_value="missing"), OneHotEncoder(handle_unknown="ignore")), is_text),
        sparse_threshold=0,
    )


def ordinal():
    return make_column_transformer(
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), is_text), remainder="passthrough"
    )


def boosting():
    model = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
    columns = is_text(x)
    few = all(x[name].nunique() < 255 for name in columns)
    return make_pipeline(ordinal(), model(random_state=0, categorical_features=list(range(len(columns))) if few and columns else None))


def xgboost():
    import xgboost as xgb

    model = xgb.XGBRegressor if regression else xgb.XGBClassifier
    return make_pipeline(encoded(), model(n_jobs=2, random_state=0))


def mlp():
    options = dict(hidden_layer_sizes=(128, 128), early_stopping=True, random_state=0)
    model = TransformedTargetRegressor(MLPRegressor(**options), transformer=StandardScaler()) if regression else MLPClassifier(**options)
    return make_pipeline(encoded(), model)


def linear():
    return make_pipeline(encoded(), Ridge() if regression else LogisticRegression(max_iter=1000))


made = {"histGradientBoosting": boosting, "xgboost": xgboost, "sklearnMlp": mlp, "linear": linear}[contestant]()
begin = time.perf_counter()
made.fit(x, y)
middle = time.perf_counter()
if task == "binary":
    found = made.predict_proba(x_test)[:, 1].tolist()
else:
    found = made.predict(x_test)
    found = labels.inverse_transform(found).tolist() if labels else found.tolist()
end = time.perf_counter()
(folder / f"{contestant}.json").write_text(
    json.dumps({"seconds": middle - begin, "predictSeconds": end - middle, "predictions": found})
)
