import {
  applyModel,
  customerValue,
  customerValueModel,
  EngineError,
  type FeatureMatrix,
  fitBgNbd,
  fitGammaGamma,
} from '@crmbet/engine';
import { clearedBefore } from '../../db/queries/clearing-days.ts';
import { firstDay, readExamples } from '../../db/queries/training-examples.ts';
import { purchaseHistory } from '../../features/purchase-history.ts';
import type { Metrics } from '../../models/version-record.ts';
import { shiftDay } from './cutoffs.ts';
import { describeTraining } from './describe-training.ts';
import { GrowingExamples } from './growing-examples.ts';
import type { Trainer, TrainingContext } from './trainer.ts';

type ValueContext = TrainingContext<'customer_value'>;

/**
 * How much players will pay in: BG/NBD for how often, Gamma–Gamma for how much at a time. Judged by fitting it on players as they stood
 * a horizon ago and looking at what they have paid in since; then fitted on all there is up to now, and that is what is kept.
 */
export const trainCustomerValue: Trainer<'customer_value'> = async (context) => {
  const { parameters, tenant, now, signal, note } = context;
  const { horizonDays } = parameters;
  const today = tenant.today(now);
  const holdout = await judge(context, today);
  note(0.5, 'reading');
  const players = await readHistories(context, { today, past: false });
  note(0.6, 'fitting');
  const { model, purchases, value } = await fit(players.matrix, horizonDays, signal);
  note(0.85, 'profiling');
  const outputs = await applyModel(model, players.matrix, { signal });
  const definitions = purchaseHistory.map((input) => ({ ...input, version: 1 }));
  return {
    fitted: model,
    metrics: {
      purchases: {
        parameters: purchases.model.parameters,
        standardErrors: purchases.model.standardErrors,
        ...purchases.validation,
      },
      value: {
        parameters: value.model.parameters,
        standardErrors: value.model.standardErrors,
        ...value.validation,
      },
      withoutPurchases: purchases.missing,
      holdout,
    },
    playerIds: players.playerIds,
    outputs,
    ...(await describeTraining(context, { ...players, definitions, outputs, device: 'js' })),
  };
};

type Holdout = { countColumn: string; valueColumn: string; duration: number };

async function fit(matrix: FeatureMatrix, horizon: number, signal: AbortSignal, holdout?: Holdout) {
  const purchases = await fitBgNbd(matrix, {
    horizon,
    holdout: holdout && { column: holdout.countColumn, duration: holdout.duration },
    signal,
  });
  const value = await fitGammaGamma(matrix, { signal });
  return { model: customerValueModel(purchases.model, value.model), purchases, value };
}

/** What the same fit, made a horizon ago, would have said, and what came; or why nothing can be said of that. */
async function judge(context: ValueContext, today: string): Promise<Metrics> {
  const { db, reads, tenant, parameters, signal, note } = context;
  const { horizonDays } = parameters;
  const cutoff = shiftDay(today, -1 - horizonDays);
  const first = await reads.readEverything(({ sql }) => firstDay(sql, tenant.id, tenant.timeZone));
  const keptFrom = await clearedBefore(db);
  const known = [first, keptFrom]
    .flatMap((day) => day ?? [])
    .sort()
    .at(-1);
  // As long before the cutoff as after it, or the fit would be of next to nothing.
  if (known === undefined || shiftDay(cutoff, -horizonDays) < known)
    return { missing: `Players are known from ${known ?? 'today'} on: too short a time before ${cutoff}.` };
  note(0.05, 'reading');
  const later = { countColumn: 'later_count', valueColumn: 'later_amount', duration: horizonDays };
  const { matrix } = await readHistories(context, { today: cutoff, past: true }, later);
  note(0.2, 'validating');
  let fitted: Awaited<ReturnType<typeof fit>>;
  try {
    fitted = await fit(matrix, horizonDays, signal, later);
  } catch (error) {
    // Too little was known then; of what is known today a fit may still be made.
    if (error instanceof EngineError && error.code === 'engine_fit_diverged')
      return { missing: `As of ${cutoff}: ${error.message}` };
    throw error;
  }
  const { model, purchases } = fitted;
  const valued = await customerValue(model, matrix, {
    standardErrors: false,
    holdout: { column: later.valueColumn, duration: horizonDays },
    signal,
  });
  return { cutoff, days: horizonDays, purchases: purchases.validation.holdout, value: valued.holdout };
}

/** Everybody's history of purchases, and in two more columns how often and how much came in afterwards. */
async function readHistories(
  { reads, tenant, signal }: ValueContext,
  day: { today: string; past: boolean },
  later?: Holdout,
) {
  const names = purchaseHistory.map(({ id }) => id);
  const players = new GrowingExamples(later ? [...names, later.countColumn, later.valueColumn] : names);
  const questions = later
    ? (['count', 'amount'] as const).map((purchases) => ({ purchases, days: later.duration }))
    : [];
  const scope = { tenantId: tenant.id, timeZone: tenant.timeZone, ...day };
  await reads.readEverything(({ sql }) =>
    readExamples(sql, purchaseHistory, scope, { questions }, (rows) => {
      signal.throwIfAborted();
      players.add(rows.map((row) => ({ ...row, values: [...row.values, ...row.answers] })));
    }),
  );
  return players.end();
}
