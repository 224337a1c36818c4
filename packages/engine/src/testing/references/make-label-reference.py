"""Writes label-reference.json: what scikit-learn says of the players of ../labelled-players.ts.

python3 make-label-reference.py && biome check --write label-reference.json   (scikit-learn 1.2.1, NumPy 1.24.2)
"""
import json
import math
import pathlib

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

ROWS = 12_000


def players(rows):
    state = 12345

    def uniform():
        nonlocal state
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        return (state >> 8) / 16777216

    x = np.zeros((rows, 6))
    y = np.zeros(rows, dtype=int)
    for i in range(rows):
        v = [math.floor(uniform() * 1000) for _ in range(6)]
        a, b, c, d = v[:4]
        odds = -2 + a / 250 - (1.5 if b > 600 else 0) + (2 if c < 300 and d > 500 else 0) - d / 2000
        y[i] = uniform() < 1 / (1 + math.exp(-odds))
        x[i] = v
        if uniform() < 0.1:
            x[i, 2] = np.nan
    return x, y


def measures(y, p):
    return {"auc": roc_auc_score(y, p), "logLoss": log_loss(y, p), "brier": brier_score_loss(y, p)}


x, y = players(ROWS)
train, test = slice(0, int(ROWS * 0.7)), slice(int(ROWS * 0.8), ROWS)

trees = HistGradientBoostingClassifier(
    max_iter=60, learning_rate=0.1, max_leaf_nodes=31, max_depth=8, min_samples_leaf=20, l2_regularization=1,
    early_stopping=False, random_state=1,
).fit(x[train], y[train])

# Filled with the median, then standardised, as `Scaling` does.
filled = np.where(np.isnan(x), np.nanmedian(x[train], axis=0), x)
scaled = (filled - filled[train].mean(axis=0)) / filled[train].std(axis=0)
logistic = LogisticRegression(C=1, tol=1e-10, max_iter=1000).fit(scaled[train], y[train])
weights = np.where(y[train] == 1, 3.0, 1.0)
weighted = LogisticRegression(C=0.01, tol=1e-10, max_iter=1000).fit(scaled[train], y[train], sample_weight=weights)

# Standard errors of the penalised estimate, (H + I)^-1 H (H + I)^-1 with no penalty on the intercept.
design = np.column_stack([np.ones(train.stop), scaled[train]])
p = logistic.predict_proba(scaled[train])[:, 1]
information = design.T @ (design * (p * (1 - p))[:, None])
inverse = np.linalg.inv(information + np.diag([0] + [1] * 6))
errors = np.sqrt(np.diag(inverse @ information @ inverse))

# DeLong's error, straight from its definition over all pairs.
scores = logistic.predict_proba(scaled[test])[:, 1]
pos, neg = scores[y[test] == 1], scores[y[test] == 0]
wins = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
delong = math.sqrt(wins.mean(axis=1).var(ddof=1) / len(pos) + wins.mean(axis=0).var(ddof=1) / len(neg))

# Pools of a small case, one knot a pool: its mean score and its rate.
calibration_scores = [-2, -1.5, -1.5, -1, -0.5, 0, 0.5, 1, 1, 2, 2.5, 3]
calibration_labels = [0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1]
steps = IsotonicRegression().fit_transform(calibration_scores, calibration_labels)
knots = sorted({float(s) for s in steps})
knots = [{"margin": float(np.mean([m for m, s in zip(calibration_scores, steps) if s == k])), "rate": k} for k in knots]

reference = {
    "sklearn": sklearn.__version__,
    "rows": ROWS,
    "positives": int(y.sum()),
    "trees": measures(y[test], trees.predict_proba(x[test])[:, 1]),
    "logistic": {
        **measures(y[test], scores),
        "aucStandardError": delong,
        "intercept": logistic.intercept_[0],
        "coefficients": logistic.coef_[0].tolist(),
        "interceptStandardError": errors[0],
        "standardErrors": errors[1:].tolist(),
    },
    "weighted": {"intercept": weighted.intercept_[0], "coefficients": weighted.coef_[0].tolist()},
    "isotonic": {"scores": calibration_scores, "labels": calibration_labels, "knots": knots},
}
path = pathlib.Path(__file__).with_name("label-reference.json")
path.write_text(json.dumps(reference, indent=2) + "\n")
