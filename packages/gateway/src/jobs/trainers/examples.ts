import type { FeatureMatrix } from '@crmbet/engine';
import { clearedBefore } from '../../db/queries/clearing-days.ts';
import { findSegment } from '../../db/queries/segments.ts';
import {
  countPlayers,
  firstDay,
  idAt,
  type Question,
  readExamples,
} from '../../db/queries/training-examples.ts';
import { featureById } from '../../features/catalogue.ts';
import type { FeatureDefinition } from '../../features/feature-definition.ts';
import type { Target } from '../../models/algorithms.ts';
import { activeWindow } from '../model-inputs.ts';
import { cutoffsOf, dayNumber, shiftDay } from './cutoffs.ts';
import { GrowingExamples } from './growing-examples.ts';
import { type TrainingContext, TrainingRefused } from './trainer.ts';

/** Players as they once stood, each with what came of it. One player may be several rows, a cutoff each. */
export type Examples = {
  matrix: FeatureMatrix;
  /** Of the columns, in their order. */
  definitions: FeatureDefinition[];
  playerIds: string[];
  /** 1 where it came to pass, else 0; as long as the matrix. */
  labels: Uint8Array;
  /** The cutoff of each row in days since 1970: the latest validates. Undefined where all is of today. */
  times: Float64Array | undefined;
  cutoffs: string[];
};

type ReadingContext = Omit<TrainingContext, 'algorithm' | 'parameters'>;

/** More rows make no better model, only a longer training; the players of a cutoff are then a part of all. */
const mostRows = 400_000;

/** The windows of features reach back so far. */
const longestWindow = 90;
const activeDaysBefore = Number.parseInt(activeWindow, 10);

/**
 * What there is to learn a target from. Of churn and propensity: players who were active in the 30 days before a day gone by, their features as of
 * that day, and what they did in the days after it. Of an own label: everybody as they are today.
 * @throws TrainingRefused `too_few_labels`, `label_unusable`
 */
export async function gatherExamples(context: ReadingContext, target: Target): Promise<Examples> {
  const { reads, tenant, now, features, signal, note } = context;
  const definitions = features.flatMap((id) => featureById.get(id) ?? []);
  const today = tenant.today(now);
  const isAnswer = answerOf(target);
  const moments = await momentsOf(context, target, today);
  const question = await questionOf(context, target);
  const gathered = new GrowingExamples(features);
  await reads.readEverything(async ({ sql }) => {
    const share = mostRows / moments.length / Math.max(1, await countPlayers(sql, tenant.id));
    for (const [index, { day, past }] of moments.entries()) {
      const scope = {
        tenantId: tenant.id,
        timeZone: tenant.timeZone,
        today: day,
        past,
        upToPlayer: share < 1 ? idAt(share) : undefined,
      };
      const of = { questions: [question], activeIn: target.kind === 'label' ? undefined : activeWindow };
      await readExamples(sql, definitions, scope, of, (rows) => {
        signal.throwIfAborted();
        gathered.add(rows, dayNumber(day), ([sum]) => isAnswer(sum ?? 0));
      });
      note((0.3 * (index + 1)) / moments.length, 'reading');
    }
  });
  const examples = {
    ...gathered.end(),
    definitions,
    cutoffs: moments.map(({ day }) => day),
  };
  return target.kind === 'label' ? { ...examples, times: undefined } : examples;
}

/** Whether the sum over the days after a cutoff is what is foretold. */
function answerOf(target: Target): (sum: number) => boolean {
  switch (target.kind) {
    case 'churn':
      return (sum) => sum === 0;
    case 'propensity':
      return (sum) => sum >= target.atLeast;
    case 'label':
      return (isMember) => isMember > 0;
  }
}

async function momentsOf(
  { db, reads, tenant }: ReadingContext,
  target: Target,
  today: string,
): Promise<{ day: string; past: boolean }[]> {
  if (target.kind === 'label') return [{ day: today, past: false }];
  const first = await reads.readEverything(({ sql }) => firstDay(sql, tenant.id, tenant.timeZone));
  const keptFrom = await clearedBefore(db);
  if (first === undefined) throw new TrainingRefused('too_few_labels', 'There are no players yet.');
  const known = [shiftDay(first, activeDaysBefore)];
  if (keptFrom !== undefined) known.push(shiftDay(keptFrom, longestWindow));
  const cutoffs = cutoffsOf({ today, first: known.sort().at(-1) ?? today, horizon: target.horizonDays });
  return cutoffs.map((day) => ({ day, past: true }));
}

async function questionOf({ db, tenant }: ReadingContext, target: Target): Promise<Question> {
  if (target.kind === 'churn') return { sumOf: 'activities_count', days: target.horizonDays };
  if (target.kind === 'propensity') return { sumOf: target.counter, days: target.horizonDays };
  const segment = await findSegment(db.sql, tenant.id, target.segment);
  if (segment === undefined) throw new TrainingRefused('label_unusable', 'The segment of the label is gone.');
  return { memberOf: segment.id };
}
