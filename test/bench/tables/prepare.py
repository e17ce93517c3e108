"""Writes each table once, as build/tables/NAME/SEED/{train,test}.csv: a fifth of the rows, chosen by the seed, is for the test.

Usage: prepare.py SHARED_DATA VEGA_DATA OUT [SEEDS]
"""
import json
import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd

shared, vega, out = (pathlib.Path(each) for each in sys.argv[1:4])
seeds = int(sys.argv[4]) if len(sys.argv) > 4 else 3


def adult():
    names = "age workclass fnlwgt education education_num marital_status occupation relationship race sex capital_gain capital_loss hours_per_week country target".split()
    read = lambda file: pd.read_csv(shared / "adult" / file, names=names, skipinitialspace=True, na_values="?")
    table = pd.concat([read("adult-train.csv"), read("adult-test.csv")])
    table["target"] = (table.target.str.strip(". ") == ">50K").astype(int)
    return table


def california():
    return pd.read_csv(shared / "california-housing/housing.csv").rename(columns={"median_house_value": "target"})


def diamonds():
    return pd.read_csv(shared / "diamonds/diamonds.csv").drop(columns="rownames").rename(columns={"price": "target"})


def bike():
    table = pd.read_csv(shared / "bike-sharing/hour.csv")
    return table.drop(columns=["instant", "dteday", "casual", "registered"]).rename(columns={"cnt": "target"})


def phoneme():
    return pd.read_csv(shared / "phoneme/phoneme.csv", names=[*"abcde", "target"])


def german():
    table = pd.read_csv(shared / "german-credit/german.csv", names=[*(f"a{i}" for i in range(1, 21)), "target"])
    table["target"] -= 1
    return table


def breast_cancer():
    return pd.read_csv(shared / "breast-cancer/breast_cancer.csv", skiprows=1, names=[*(f"x{i}" for i in range(30)), "target"])


def penguins():
    table = pd.DataFrame(json.loads((vega / "penguins.json").read_text())).rename(columns={"Species": "target"})
    return table


def weather():
    table = pd.read_csv(vega / "seattle-weather.csv").rename(columns={"weather": "target"})
    table["month"] = pd.to_datetime(table.date).dt.month
    return table.drop(columns="date")


def flights():
    table = pd.DataFrame(json.loads((vega / "flights-20k.json").read_text()))
    at = pd.to_datetime(table.date)
    table["hour"], table["weekday"], table["day"] = at.dt.hour, at.dt.weekday, at.dt.dayofyear
    table["target"] = (table.delay > 15).astype(int)
    return table.drop(columns=["date", "delay"])


def cars():
    table = pd.DataFrame(json.loads((vega / "cars.json").read_text())).dropna(subset=["Miles_per_Gallon"])
    table["Year"] = table.Year.str[:4].astype(int)
    return table.drop(columns="Name").rename(columns={"Miles_per_Gallon": "target"})


def friedman():
    from sklearn.datasets import make_friedman1

    x, y = make_friedman1(10_000, n_features=10, noise=1.0, random_state=0)
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(10)]).assign(target=y)


def of_r(package, name, target):
    """A table of a package of R, where Rscript is there."""

    def read():
        code = f"d <- get(data({name}, package='{package}')); write.csv(d, stdout(), row.names=FALSE)"
        text = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout
        from io import StringIO

        return pd.read_csv(StringIO(text)).rename(columns={target: "target"})

    return read


def of_two(read, yes):
    """The same with a target of 1 and 0."""

    def made():
        table = read()
        return table.assign(target=(table.target == yes).astype(int))

    return made


tables = {
    # Presets are judged by these.
    "adult": adult,
    "phoneme": phoneme,
    "california": california,
    "diamonds": diamonds,
    "bike": bike,
    "german": german,
    # Settings were chosen on these.
    "breast-cancer": breast_cancer,
    "penguins": penguins,
    "weather": weather,
    "flights": flights,
    "cars": cars,
    "friedman": friedman,
    "satellite": of_r("mlbench", "Satellite", "classes"),
    "letter": of_r("mlbench", "LetterRecognition", "lettr"),
    "pima": of_two(of_r("mlbench", "PimaIndiansDiabetes", "diabetes"), "pos"),
    "boston": of_r("mlbench", "BostonHousing", "medv"),
    "vehicle": of_r("mlbench", "Vehicle", "Class"),
    "vowel": of_r("mlbench", "Vowel", "Class"),
    "spam": of_two(of_r("kernlab", "spam", "type"), "spam"),
    "ozone": of_r("mlbench", "Ozone", "V4"),
}

for name, read in tables.items():
    if (out / name).exists():
        continue
    try:
        table = read().reset_index(drop=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{name}: left out: {error}", file=sys.stderr)
        continue
    table = table[table.target.notna()]
    for seed in range(seeds):
        order = np.random.default_rng(seed).permutation(len(table))
        folder = out / name / str(seed)
        folder.mkdir(parents=True)
        cut = len(table) // 5
        table.iloc[order[:cut]].to_csv(folder / "test.csv", index=False)
        table.iloc[order[cut:]].to_csv(folder / "train.csv", index=False)
    print(name, table.shape)
