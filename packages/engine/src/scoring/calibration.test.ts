import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import reference from '../testing/references/label-reference.json' with { type: 'json' };
import { calibrate, fitCalibration, logistic, type Outcomes, parseCalibration } from './calibration.ts';

const noPause = async (): Promise<void> => {};

function outcomes(margins: readonly number[], labels: readonly number[]): Outcomes {
  return {
    margins: Float64Array.from(margins),
    labels: Uint8Array.from(labels),
    weights: new Float64Array(margins.length).fill(1),
  };
}

/** Scores twice as sure as they should be, and half a unit too high. */
function overconfident(rows: number): Outcomes {
  const random = seededRandom(8);
  const margins = Array.from({ length: rows }, () => 8 * random() - 4);
  return outcomes(
    margins,
    margins.map((margin) => (random() < logistic(margin / 2 - 0.5) ? 1 : 0)),
  );
}

describe('isotonic calibration', () => {
  it('has a knot for each pool that scikit-learn finds, at its mean score', async () => {
    const { scores, labels, knots } = reference.isotonic;
    const calibration = await fitCalibration('isotonic', outcomes(scores, labels), noPause);
    if (calibration.method !== 'isotonic') throw new Error('another method');
    expect(calibration.margins).toEqual(knots.map(({ margin }) => expect.closeTo(margin, 12)));
    // Pools of one and two rows of one label are no certainty.
    expect(calibration.probabilities).toEqual([
      expect.closeTo(0.125, 12),
      ...knots.slice(1, -1).map(({ rate }) => expect.closeTo(rate, 12)),
      expect.closeTo(5 / 6, 12),
    ]);
  });

  it('ascends, within 0 and 1, through every score and beyond', async () => {
    const rows = fc.array(fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.constantFrom(0, 1)), {
      minLength: 1,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(rows, async (pairs) => {
        const scores = pairs.map(([score]) => score);
        const calibration = await fitCalibration(
          'isotonic',
          outcomes(
            scores,
            pairs.map(([, label]) => label),
          ),
          noPause,
        );
        expect(parseCalibration(JSON.parse(JSON.stringify(calibration)))).toEqual(calibration);
        let last = 0;
        for (const score of [-10, ...scores.sort((a, b) => a - b), 10]) {
          const probability = calibrate(calibration, score);
          expect(probability).toBeGreaterThanOrEqual(last - 1e-12);
          expect(probability).toBeLessThan(1);
          last = probability;
        }
      }),
    );
  });
});

describe('calibration', () => {
  it.each(['platt', 'isotonic'] as const)('by %s mends scores that are too sure', async (method) => {
    const calibration = await fitCalibration(method, overconfident(20_000), noPause);
    for (const margin of [-3, -1, 0, 1, 3]) {
      expect(Math.abs(calibrate(calibration, margin) - logistic(margin / 2 - 0.5))).toBeLessThan(
        method === 'platt' ? 0.015 : 0.04,
      );
    }
  });

  it('gives everyone the base rate where scores say the opposite', async () => {
    const calibration = await fitCalibration('platt', outcomes([1, 2, 3, -1, -2], [0, 0, 0, 1, 1]), noPause);
    expect(calibrate(calibration, -5)).toBeCloseTo(3 / 7, 12);
    expect(calibrate(calibration, 5)).toBeCloseTo(3 / 7, 12);
  });

  it('stays finite where scores separate the classes', async () => {
    const calibration = await fitCalibration('platt', outcomes([-2, -1, 1, 2], [0, 0, 1, 1]), noPause);
    expect(calibrate(calibration, 1)).toBeGreaterThan(0.6);
    expect(calibrate(calibration, 2)).toBeLessThan(0.95);
  });

  it.each<[string, unknown]>([
    ['an unknown method', { method: 'magic' }],
    ['no knot', { method: 'isotonic', margins: [], probabilities: [] }],
    ['knots that do not ascend', { method: 'isotonic', margins: [1, 1], probabilities: [0.1, 0.2] }],
    ['probabilities that fall', { method: 'isotonic', margins: [1, 2], probabilities: [0.2, 0.1] }],
    ['a probability above 1', { method: 'isotonic', margins: [1], probabilities: [1.1] }],
    ['a slope that is no number', { method: 'platt', slope: null, intercept: 0 }],
  ])('is refused with %s', (_, value) => {
    expect(() => parseCalibration(value)).toThrow(expect.objectContaining({ code: 'engine_model_invalid' }));
  });
});
