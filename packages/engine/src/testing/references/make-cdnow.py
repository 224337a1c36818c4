"""Writes cdnow.json: the 1/10 sample of the CDNOW customers that Fader and Hardie's papers estimate their models on.

    python3 packages/engine/src/testing/references/make-cdnow.py SUMMARY.csv

SUMMARY.csv is cdnow_customers_summary_with_transactions.csv of the repository CamDavidsonPilon/lifetimes (MIT licence), a
row a customer: ID, x, t_x, T (weeks with two decimals) and zbar (dollars). What is written has one entry a day of first
purchase: T in days, how many customers never came back, and for each of the others x, t_x in days and zbar in cents.
"""

import csv
import json
import pathlib
import sys

days = {}
for row in csv.DictReader(open(sys.argv[1])):
    T = round(float(row["T"]) * 7)
    day = days.setdefault(T, {"T": T, "once": 0, "repeat": []})
    if int(row["x"]) == 0:
        day["once"] += 1
    else:
        cents = round(float(row["zbar"]) * 100)
        day["repeat"].append([int(row["x"]), round(float(row["t_x"]) * 7), cents])

lines = ",\n".join("  " + json.dumps(day, separators=(",", ":")) for day in days.values())
pathlib.Path(__file__).with_name("cdnow.json").write_text("[\n" + lines + "\n]\n")
