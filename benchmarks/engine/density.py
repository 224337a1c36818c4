"""scikit-learn's side of density-contender.ts: the same arguments, the same line. `neighbours` is what its HDBSCAN begins with."""
import json
import sys
import time

import numpy as np

folder, question, data, rows, threads = sys.argv[1:6]
EPS = {"noisy": 3.0, "overlapping": 2.5}
MIN_POINTS, MIN_CLUSTER_SIZE = 5, 25
points = np.fromfile(f"{folder}/{data}-{rows}.f32", dtype=np.float32).reshape(-1, 16)
labels = None
if question == "dbscan":
    from sklearn.cluster import DBSCAN

    model = DBSCAN(eps=EPS[data], min_samples=MIN_POINTS, n_jobs=int(threads))
elif question == "hdbscan":
    try:
        from sklearn.cluster import HDBSCAN
    except ImportError:
        print(json.dumps({"missing": "scikit-learn has HDBSCAN from 1.3 on"}))
        sys.exit(0)
    model = HDBSCAN(min_cluster_size=MIN_CLUSTER_SIZE, min_samples=MIN_POINTS, n_jobs=int(threads))
else:
    from sklearn.neighbors import NearestNeighbors

    model = NearestNeighbors(n_neighbors=MIN_POINTS, n_jobs=int(threads))
start = time.perf_counter()
if question == "neighbours":
    model.fit(points).kneighbors(points)
else:
    labels = model.fit_predict(points)
seconds = time.perf_counter() - start
clusters = None
if labels is not None:
    labels.astype(np.int32).tofile(f"{folder}/labels.{question}.{data}.{rows}.scikit-learn")
    clusters = len(set(labels.tolist()) - {-1})
print(json.dumps({"seconds": seconds, "clusters": clusters}))
