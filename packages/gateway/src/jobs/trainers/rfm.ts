import { applyModel, fitRfm } from '@crmbet/engine';
import { describeTraining } from './describe-training.ts';
import { requirePlayers } from './finish-clustering.ts';
import { readPlayers } from './read-players.ts';
import { type Trainer, TrainingRefused } from './trainer.ts';

/** Recency, frequency and monetary value by quantiles, of three features in this order. */
export const trainRfm: Trainer<'rfm'> = async (context) => {
  const { parameters, features, signal, note } = context;
  const { quantiles } = parameters;
  const [recency, frequency, monetary] = features;
  if (features.length !== 3)
    throw new TrainingRefused(
      'features_unusable',
      `RFM is of three features, for recency, frequency and monetary value in this order; ${features.length} were named.`,
    );
  const players = await readPlayers(context);
  requirePlayers(players, quantiles, `${quantiles} quantiles`);
  note(0.4, 'fitting');
  const { model, validation } = await fitRfm(players.matrix, {
    columns: { recency, frequency, monetary },
    quantiles,
    recencyBetter: recency?.startsWith('days_since_') ? 'lower' : 'higher',
    signal,
  });
  const outputs = await applyModel(model, players.matrix, { signal });
  note(0.8, 'profiling');
  return {
    fitted: model,
    metrics: { ...validation },
    playerIds: players.playerIds,
    outputs,
    ...(await describeTraining(context, { ...players, outputs, device: 'js' })),
  };
};
