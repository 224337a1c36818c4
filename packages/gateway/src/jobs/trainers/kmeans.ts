import { type KMeansProgress, type KMeansResult, kmeans } from '@crmbet/engine';
import { finishClustering, requirePlayers } from './finish-clustering.ts';
import { heavyTailed, type PlayerMatrix, readPlayers } from './read-players.ts';
import type { TrainedVersion, Trainer, TrainingContext } from './trainer.ts';

/** K-Means over every player's features of today; the best of four starts. */
export const trainKMeans: Trainer<'kmeans'> = async (context) => {
  const { parameters, seed, threads, signal } = context;
  const { k } = parameters;
  const players = await readPlayers(context);
  requirePlayers(players, k, `${k} clusters`);
  const result = await kmeans(players.matrix, {
    k,
    seed,
    initializations: 4,
    transform: heavyTailed(players.definitions),
    threads,
    signal,
    onProgress: (progress) => noteIterations(context, progress, 30),
  });
  return await finishKMeans(context, players, result);
};

/** @param usual iterations that a run mostly takes: they fill most of the bar */
export function noteIterations(
  { note }: Pick<TrainingContext, 'note'>,
  { phase, iteration, run, runs }: KMeansProgress,
  usual: number,
): void {
  const within = phase === 'iterate' ? 0.2 + 0.8 * Math.min(1, iteration / usual) : 0.1;
  note(0.1 + (0.7 * (run - 1 + within)) / runs, 'clustering');
}

export async function finishKMeans(
  context: TrainingContext<'kmeans'> | TrainingContext<'mini_batch_kmeans'>,
  players: PlayerMatrix,
  { model, labels, distances }: KMeansResult,
): Promise<TrainedVersion> {
  return await finishClustering(context, players, {
    fitted: model,
    labels,
    clusters: model.k,
    outputs: [
      { name: 'cluster', kind: 'label', values: labels },
      { name: 'distance', kind: 'score', values: distances },
    ],
    metrics: { inertia: model.inertia, iterations: model.iterations, converged: model.converged },
    device: model.device,
  });
}
