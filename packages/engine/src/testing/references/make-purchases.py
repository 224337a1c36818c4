"""Writes purchases.json: what the purchase models compute, by mpmath with 40 digits.

    /usr/bin/python3 packages/engine/src/testing/references/make-purchases.py

gamma: z, ln gamma(z), digamma(z), trigamma(z).
expectations: r, alpha, a, b, x, T, t and E[(1 - exp(-lambda p t)) / p] over lambda ~ gamma(r + x, alpha + T) and
p ~ beta(a, b + x): the integral over p itself by quadrature, not through a hypergeometric function.
counts: r, alpha, a, b, t, x and the probability of x purchases in t, by equation 8 of Fader, Hardie & Lee (2005).
"""

import json
import pathlib
import random

import mpmath as mp

mp.mp.dps = 40
random.seed(4)


def expectation(r, alpha, a, b, x, T, t):
    w, s = mp.mpf(t) / (mp.mpf(alpha) + mp.mpf(T)), mp.mpf(r) + x
    a, b = mp.mpf(a), mp.mpf(b) + x

    # In u = ln(p / (1 - p)), so that the ends of the density are smooth.
    def density(u):
        p, q = 1 / (1 + mp.exp(-u)), 1 / (1 + mp.exp(u))
        return p**a * q**b

    def integrand(u):
        p = 1 / (1 + mp.exp(-u))
        return density(u) * -mp.expm1(-s * mp.log1p(p * w)) / p

    # The trapezoidal rule with a step far below what 40 digits ask for.
    step, middle = mp.mpf(1) / 24, mp.log(a / b)
    low, high = middle - 70 - 90 / a, middle + 70 + 90 / b
    nodes = (low + k * step for k in range(int((high - low) / step)))
    return step * mp.fsum(integrand(u) for u in nodes) / mp.beta(a, b)


def count_probability(r, alpha, a, b, t, x):
    r, alpha, a, b, t = map(mp.mpf, (r, alpha, a, b, t))
    miss, hit = alpha / (alpha + t), t / (alpha + t)
    nb = lambda j: mp.rf(r, j) / mp.factorial(j) * miss**r * hit**j
    stayed = mp.beta(a, b + x) / mp.beta(a, b) * nb(x)
    if x == 0:
        return stayed
    return stayed + mp.beta(a + 1, b + x - 1) / mp.beta(a, b) * (1 - sum(nb(j) for j in range(x)))


def spread(low, high):
    return float(f"{10 ** random.uniform(low, high):.6g}")


gamma = []
for z in [1e-6, 0.1, 0.5, 1, 1.7, 2.5, 7.999, 8, 12.3, 1000.5, 1e7]:
    gamma.append([z, *(float(f(mp.mpf(z))) for f in (mp.loggamma, mp.digamma, lambda v: mp.polygamma(1, v)))])

expectations = []
for i in range(80):
    case = [spread(-1.2, 1.5), spread(-2, 2), spread(-1.2, 1.7), spread(-1.2, 2.3)]
    if i % 10 == 0:
        case[2] = 1.0
    case += [random.choice([0, 0, 1, 2, 5, 20, 1000]), random.choice([0, 0.001, 38.86, 400]), spread(-1, 3)]
    expectations.append([*case, float(expectation(*case))])

counts = []
for _ in range(20):
    case = [spread(-1, 1), spread(-1, 1), spread(-1, 1), spread(-1, 1), spread(-1, 2), random.choice([0, 1, 2, 3, 6])]
    counts.append([*case, float(count_probability(*case))])

lists = {"gamma": gamma, "expectations": expectations, "counts": counts}
lines = [f'  "{name}": [\n' + ",\n".join(f"    {json.dumps(row)}" for row in rows) + "\n  ]" for name, rows in lists.items()]
pathlib.Path(__file__).with_name("purchases.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
