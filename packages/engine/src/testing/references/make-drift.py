"""Writes drift.json: data digests and population stability indices, worked out by NumPy and hashlib."""

import hashlib
import json
import pathlib

import numpy as np

rng = np.random.default_rng(4)


def digest(names, columns):
    def of_column(column):
        column = np.asarray(column, dtype="<f4") + np.float32(0)
        raw = column.view("<u4").copy()
        raw[np.isnan(column)] = 0x7FC00000
        return hashlib.sha256(raw.tobytes()).hexdigest()

    columns_digests = sorted([name, of_column(column)] for name, column in zip(names, columns))
    text = json.dumps(["crmbet-matrix-1", len(columns[0]), columns_digests], separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def shares(values, edges):
    known = values[~np.isnan(values)]
    counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    return np.append(counts, np.isnan(values).sum())


def stability(before, after, bins=10):
    known = before[~np.isnan(before)]
    edges = np.quantile(known, np.arange(1, bins) / bins).astype(np.float32)
    was, now = shares(before, edges), shares(after, edges)
    kept = (was > 0) | (now > 0)
    expected = np.maximum(was[kept], 0.5) / len(before)
    actual = np.maximum(now[kept], 0.5) / len(after)
    return float(np.sum((actual - expected) * np.log(actual / expected)))


def plain(values):
    return [None if np.isnan(value) else float(str(value)) for value in values]


def case(name, before, after):
    before, after = (np.round(values, 2).astype(np.float32) for values in (before, after))
    return {"name": name, "before": plain(before), "after": plain(after), "psi": stability(before, after)}


def missing(values, share):
    return np.where(rng.random(len(values)) < share, np.nan, values)


psi = [
    case("the same population", rng.normal(size=300), rng.normal(size=200)),
    case("a little more", rng.normal(size=300), rng.normal(0.4, 1, 200)),
    case("another population", rng.normal(size=300), rng.normal(3, 0.3, 200)),
    case("as many missing", missing(rng.normal(size=300), 0.1), missing(rng.normal(size=300), 0.1)),
    case("many more missing", missing(rng.exponential(size=200), 0.02), missing(rng.exponential(size=200), 0.5)),
]
names = ["stake_30d", "Einsätze", "bets"]
columns = [[1.5, -0.0, 3e30, np.nan], [0.1, 0.2, -0.3, 1e-40], [0, 1, 2, 3]]
digests = {"names": names, "columns": [plain(np.asarray(c, np.float32)) for c in columns], "digest": digest(names, columns)}
target = pathlib.Path(__file__).with_name("drift.json")
target.write_text(json.dumps({"psi": psi, "digest": digests}) + "\n")
