"""Writes quality.json: what scikit-learn says of small clusterings. Run with scikit-learn 1.2."""

import json
import pathlib

import numpy as np
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(20)


def clustering(name, rows, labels, scaled=False):
    # What the engine holds is float32.
    rows = np.round(rows, 3).astype(np.float32)
    seen = StandardScaler().fit_transform(rows.astype(np.float64)) if scaled else rows.astype(np.float64)
    labels = np.asarray(labels)
    return {
        "name": name,
        "scaled": scaled,
        "rows": [[float(str(value)) for value in row] for row in rows],
        "labels": labels.tolist(),
        "silhouettes": np.round(metrics.silhouette_samples(seen, labels), 9).tolist(),
        "silhouette": metrics.silhouette_score(seen, labels),
        "daviesBouldin": metrics.davies_bouldin_score(seen, labels),
        "calinskiHarabasz": metrics.calinski_harabasz_score(seen, labels),
    }


def agreement(name, a, b):
    return {
        "name": name,
        "a": np.asarray(a).tolist(),
        "b": np.asarray(b).tolist(),
        "rand": metrics.adjusted_rand_score(a, b),
        "mutualInformation": metrics.adjusted_mutual_info_score(a, b),
    }


apart, apart_labels = make_blobs(60, 3, centers=3, random_state=1)
close, close_labels = make_blobs(75, 5, centers=4, cluster_std=6, random_state=2)
uneven = rng.normal(size=(40, 2)) * [1, 50]
uneven_labels = np.where(uneven[:, 0] > 0.8, 7, np.where(uneven[:, 1] > 0, 2, 0))
uneven_labels[5] = 11
random_labels = rng.integers(0, 5, 50)

clusterings = [
    clustering("groups apart", apart, apart_labels),
    clustering("groups that overlap", close, close_labels),
    clustering("columns of other sizes, scaled", uneven, uneven_labels, scaled=True),
    clustering("a cluster of one row, labels with gaps", uneven, uneven_labels),
    clustering("labels at random", rng.normal(size=(50, 4)), random_labels),
]
agreements = [
    agreement("the same", apart_labels, (apart_labels + 1) % 3),
    agreement("nearly the same", close_labels, np.where(np.arange(75) % 9 == 0, 0, close_labels)),
    agreement("finer", apart_labels, apart_labels * 2 + (np.arange(60) % 2)),
    agreement("nothing in common", random_labels, rng.integers(0, 4, 50)),
    agreement("less than by chance", [0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1]),
    agreement("one cluster against some", [0] * 6, [0, 0, 1, 1, 2, 2]),
    agreement("each row for itself against pairs", list(range(6)), [0, 0, 1, 1, 2, 2]),
    agreement("with noise", [-1, -1, 0, 0, 0, 1, 1, 1], [-1, 0, 0, 0, 0, 1, 1, -1]),
]
# As the test makes them: 40,000 labels are too many to check in.
many = np.arange(40_000)
a, b = many % 7, many // 7 % 11
half = np.where(many % 2 == 1, a, b)
many = {
    "unrelated": metrics.adjusted_mutual_info_score(a, b),
    "half": metrics.adjusted_mutual_info_score(a, half),
}


def gaps(rows, most, sets):
    """The gap statistic with references in the box along the principal axes, and its error for that many sets."""
    rows = np.round(rows, 3).astype(np.float32).astype(np.float64)
    mean = rows.mean(axis=0)
    axes = np.linalg.svd(rows - mean, full_matrices=False)[2]
    along = (rows - mean) @ axes.T

    def log_inertia(of, k):
        return np.log(KMeans(k, n_init=5, random_state=0).fit(of).inertia_)

    drawn = [rng.uniform(along.min(axis=0), along.max(axis=0), along.shape) @ axes for _ in range(sets)]
    found = []
    for k in range(1, most + 1):
        logs = [log_inertia(reference, k) for reference in drawn]
        found.append({"k": k, "gap": np.mean(logs) - log_inertia(rows, k), "deviation": np.std(logs)})
    return {"rows": plain_rows(rows), "sets": sets, "gaps": found}


def plain_rows(rows):
    return [[round(float(value), 3) for value in row] for row in rows]


gap = gaps(np.vstack([rng.normal(size=(30, 2)) * [6, 1] + [0, y] for y in (0, 9, 20)]), 5, 100)
target = pathlib.Path(__file__).with_name("quality.json")
target.write_text(json.dumps({"clusterings": clusterings, "agreements": agreements, "many": many, "gap": gap}) + "\n")
