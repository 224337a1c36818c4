"""Writes density.json: rows, and what DBSCAN and HDBSCAN make of them elsewhere.

    python3 packages/engine/src/testing/references/make-density.py

DBSCAN is scikit-learn's (1.2.1 when it was made). That version has no HDBSCAN, so its labels, probabilities and outlier
scores are worked out here, by code that shares nothing with the engine's: mutual reachability over all pairs, SciPy's
single linkage on it, the condensed tree with joins at the same distance taken as one (as Campello, Moulavi & Sander 2013
have it; libraries take them one after the other), excess of mass or leaves.
"""

import json
import pathlib

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist, squareform
from sklearn.cluster import DBSCAN
from sklearn.datasets import make_blobs, make_circles, make_moons

rng = np.random.default_rng(20261120)


def hdbscan(rows, min_cluster_size, min_samples, method):
    n = len(rows)
    distances = squareform(pdist(rows))
    cores = np.sort(distances, axis=1)[:, min_samples - 1]
    reach = np.maximum(distances, np.maximum(cores[:, None], cores[None, :]))
    np.fill_diagonal(reach, 0)
    joins = linkage(squareform(reach, checks=False), "single")
    size = lambda node: 1 if node < n else int(joins[node - n, 3])

    def under(node):
        rows, open_ = [], [node]
        while open_:
            at = open_.pop()
            if at < n:
                rows.append(at)
            else:
                open_ += [int(joins[at - n, 0]), int(joins[at - n, 1])]
        return rows

    clusters = [{"birth": 0.0, "parent": None, "children": [], "rows": {}, "stability": 0.0, "death": 0.0}]
    open_ = [(2 * n - 2, 0)]
    while open_:
        node, at = open_.pop()
        cluster = clusters[at]
        height = joins[node - n, 2]
        value = 1 / height
        cluster["death"] = max(cluster["death"], value)
        parts = [node]
        while any(part >= n and joins[int(part) - n, 2] == height for part in parts):
            parts = [
                child
                for part in parts
                for child in (joins[int(part) - n, :2] if part >= n and joins[int(part) - n, 2] == height else [part])
            ]
        parts = [int(part) for part in parts]
        big = [part for part in parts if size(part) >= min_cluster_size]
        for part in parts:
            if size(part) >= min_cluster_size and len(big) == 1:
                open_.append((part, at))
                continue
            cluster["stability"] += size(part) * (value - cluster["birth"])
            if size(part) >= min_cluster_size:
                clusters.append(
                    {"birth": value, "parent": at, "children": [], "rows": {}, "stability": 0.0, "death": 0.0}
                )
                cluster["children"].append(len(clusters) - 1)
                open_.append((part, len(clusters) - 1))
            else:
                for row in under(part):
                    cluster["rows"][row] = value

    def below(at):
        found = [at]
        for at in found:
            found += clusters[at]["children"]
        return found

    best, chosen = {}, {}
    for at in sorted(range(len(clusters)), reverse=True):
        children = clusters[at]["children"]
        split = sum(best[child] for child in children)
        keep = not children or (method == "eom" and at > 0 and split <= clusters[at]["stability"])
        best[at] = clusters[at]["stability"] if keep else split
        chosen[at] = [at] if keep else [one for child in children for one in chosen[child]]
    labels, probabilities, scores = [-1] * n, [0.0] * n, [0.0] * n
    for label, at in enumerate(one for one in chosen[0] if one > 0):
        for part in below(at):
            for row, value in clusters[part]["rows"].items():
                labels[row] = label
                probabilities[row] = min(value, clusters[at]["death"]) / clusters[at]["death"]
    for at in range(len(clusters)):
        most = max(clusters[part]["death"] for part in below(at))
        for row, value in clusters[at]["rows"].items():
            scores[row] = 1 - value / most
    return labels, probabilities, scores


def case(name, rows, eps, min_points, min_cluster_size, min_samples, method):
    rows = np.asarray(rows, dtype=np.float32).round(3).astype(np.float64)
    fitted = DBSCAN(eps=eps, min_samples=min_points).fit(rows)
    labels, probabilities, scores = hdbscan(rows, min_cluster_size, min_samples, method)
    return {
        "name": name,
        "rows": rows.tolist(),
        "dbscan": {
            "eps": eps,
            "minPoints": min_points,
            "labels": fitted.labels_.tolist(),
            "cores": sorted(fitted.core_sample_indices_.tolist()),
        },
        "hdbscan": {
            "minClusterSize": min_cluster_size,
            "minSamples": min_samples,
            "method": method,
            "labels": labels,
            "probabilities": np.round(probabilities, 4).tolist(),
            "outlierScores": np.round(scores, 4).tolist(),
        },
    }


moons, _ = make_moons(220, noise=0.07, random_state=1)
circles, _ = make_circles(220, noise=0.05, factor=0.45, random_state=2)
blobs, _ = make_blobs(
    [90, 70, 60], centers=[[0, 0, 0, 0], [5, 5, 5, 5], [-6, 4, 0, 3]], cluster_std=[0.5, 1.2, 0.8], random_state=3
)
noisy = np.vstack([blobs, rng.uniform(-10, 10, (30, 4))])
skewed = np.exp(rng.normal(0, 1, (200, 2)) * [1.0, 0.6])
cases = [
    case("two moons", moons, 0.2, 5, 10, 5, "eom"),
    case("two circles", circles, 0.22, 5, 12, 4, "eom"),
    case("blobs of three densities in noise", noisy, 1.6, 6, 12, 6, "eom"),
    case("blobs, leaves", noisy, 1.2, 4, 8, 3, "leaf"),
    case("heavy tails", skewed, 0.4, 5, 8, 4, "eom"),
]
text = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
pathlib.Path(__file__).with_name("density.json").write_text("[\n" + text + "\n]\n")
for one in cases:
    print(one["name"], len(one["rows"]), "dbscan", len(set(one["dbscan"]["labels"])), "hdbscan", len(set(one["hdbscan"]["labels"])))
