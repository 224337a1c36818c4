"""scikit-learn's side of contender.ts: the same arguments, the same line."""
import json
import sys
import time

import numpy as np
from sklearn.cluster import KMeans

folder, question, who, *numbers = sys.argv[1:9]
threads, runs, count, features, clusters = (int(number) for number in numbers)
ITERATIONS, SEED = 20, 20261120
columns = np.memmap(f"{folder}/columns.f32", dtype=np.float32).reshape(-1, json.load(open(f"{folder}/rows.json")))
rows = np.ascontiguousarray(columns[:features, :count].T)
labels, inertia, iterations = None, None, None


def predict():
    model = json.load(open(f"{folder}/model-{features}-{clusters}.json"))
    center = np.array(model["scaling"]["center"], dtype=np.float32)
    fitted = KMeans(clusters, n_init=1, max_iter=1, init=rows[:clusters]).fit(rows[:1000])
    fitted.cluster_centers_ = np.array(model["centroids"], dtype=np.float32) + center

    def run():
        start = time.perf_counter()
        found = fitted.predict(rows)
        return time.perf_counter() - start, found, None, None

    return run


def iteration():
    init = np.array(json.load(open(f"{folder}/init-{features}-{clusters}.json")), dtype=np.float32)

    def fit(n):
        model = KMeans(clusters, n_init=1, init=init, max_iter=n, tol=0, algorithm="lloyd")
        start = time.perf_counter()
        model.fit(rows)
        return time.perf_counter() - start, model

    def run():
        # The difference of two fits leaves out what happens once a fit.
        short, _ = fit(1)
        long, model = fit(ITERATIONS)
        return (long - short) / (model.n_iter_ - 1), None, float(model.inertia_), int(model.n_iter_)

    return run


def whole_fit():
    def run():
        model = KMeans(clusters, n_init=1, init="k-means++", tol=1e-4, random_state=SEED % 2**32, algorithm="lloyd")
        start = time.perf_counter()
        model.fit(rows)
        return time.perf_counter() - start, None, float(model.inertia_), int(model.n_iter_)

    return run


contend = {"predict": predict, "iteration": iteration, "fit": whole_fit}[question]()
contend()
times = []
for _ in range(runs):
    seconds, labels, inertia, iterations = contend()
    times.append(seconds)
if labels is not None:
    labels.astype(np.int32).tofile(f"{folder}/labels.{who}.{threads}")
print(json.dumps({"seconds": sorted(times)[len(times) // 2], "inertia": inertia, "iterations": iterations}))
