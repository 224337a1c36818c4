import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { cdnowSample } from '../testing/cdnow.ts';
import { fitBgNbd, predictPurchases } from './bg-nbd.ts';
import { expectedValue, fitGammaGamma } from './gamma-gamma.ts';

/** The papers' own numbers. */

const sample = cdnowSample();

describe('the CDNOW sample', () => {
  it('has the published BG/NBD estimates (Fader, Hardie & Lee 2005, table 2)', async () => {
    const { model } = await fitBgNbd(sample, { timeUnit: 'week', horizon: 39 });
    expect(model.players).toBe(2357);
    expect(model.parameters.r).toBeCloseTo(0.243, 3);
    expect(model.parameters.alpha).toBeCloseTo(4.414, 3);
    expect(model.parameters.a).toBeCloseTo(0.793, 3);
    expect(model.parameters.b).toBeCloseTo(2.426, 3);
    expect(model.logLikelihood).toBeCloseTo(-9582.4, 1);
    // Their example: two repeat purchases, the last in week 30.43 of 38.86, and 1.226 expected in the 39 weeks after.
    const one = FeatureMatrix.fromRows(['frequency', 'recency', 'T'], [[2, 30.43, 38.86]]);
    expect((await predictPurchases(model, one)).expectedPurchases[0]).toBeCloseTo(1.226, 3);
  });

  it('has the published Gamma–Gamma estimates (Fader & Hardie 2013, section 4)', async () => {
    const { model, validation } = await fitGammaGamma(sample);
    expect(model.players).toBe(946);
    expect(model.parameters.p).toBeCloseTo(6.25, 2);
    expect(model.parameters.q).toBeCloseTo(3.74, 2);
    expect(model.parameters.v).toBeCloseTo(15.44, 1);
    expect(expectedValue(model.parameters, 2, 22.35)).toBeCloseTo(24.66, 1);
    expect(validation.correlation).toBeCloseTo(0.11, 1);
  });
});

const master = fileURLToPath(new URL('../../../../../shared/data/cdnow/CDNOW_master.txt', import.meta.url));
const missing = existsSync(master) ? '' : ` (skipped: there is no ${master})`;

describe.skipIf(missing !== '')(`all CDNOW customers${missing}`, () => {
  it('are foretold over 39 weeks from the 39 before', async () => {
    const matrix = splitAtDay(readFileSync(master, 'utf8'), Date.UTC(1997, 8, 30), 39 * 7);
    expect(matrix.rowCount).toBe(23_570);
    const { validation } = await fitBgNbd(matrix, {
      timeUnit: 'week',
      horizon: 39,
      holdout: { column: 'later', duration: 39 },
    });
    const { calibration, holdout } = validation;
    expect(calibration.expected / calibration.actual).toBeCloseTo(1, 1);
    if (!holdout) throw new Error('A holdout was asked for.');
    // Sales fell faster than any model of constant rates says; the papers' figures show the same.
    expect(holdout.predicted / holdout.actual).toBeGreaterThan(0.85);
    expect(holdout.predicted / holdout.actual).toBeLessThan(1.15);
    expect(holdout.correlation).toBeGreaterThan(0.55);
    expect(holdout.meanAbsoluteError).toBeLessThan(0.9);
    for (const { actual, predicted } of holdout.buckets) {
      expect(Math.abs(predicted - actual)).toBeLessThan(0.5 * Math.max(actual, 0.5));
    }
  });
});

/** Customers by days with a purchase, up to and including `end`, and their purchases in the `after` days that follow. */
function splitAtDay(text: string, end: number, after: number): FeatureMatrix {
  const day = 86_400_000;
  const visits = new Map<string, Set<number>>();
  for (const line of text.split('\n').slice(1)) {
    const [id, date = ''] = line.trim().split(/\s+/);
    if (!id) continue;
    const [year, month, date_] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)].map(Number);
    const when = Date.UTC(year ?? 0, (month ?? 1) - 1, date_ ?? 1);
    visits.set(id, (visits.get(id) ?? new Set()).add(when));
  }
  const rows = Array.from(visits.values(), (set) => {
    const days = [...set].sort((a, b) => a - b);
    const [first = 0] = days;
    const before = days.filter((when) => when <= end);
    const last = before.at(-1) ?? first;
    const later = days.filter((when) => when > end && when <= end + after * day).length;
    return [before.length - 1, (last - first) / day / 7, (end - first) / day / 7, later];
  });
  return FeatureMatrix.fromRows(['frequency', 'recency', 'T', 'later'], rows);
}
