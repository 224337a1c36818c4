import { clusterProfiles, kmeans, project2d } from '@crmbet/engine';
import { describeTraining } from './describe-training.ts';
import { heavyTailed, readPlayers } from './read-players.ts';
import { type Trainer, TrainingRefused } from './trainer.ts';

/** K-Means over every player's features of today; the best of four starts. */
export const trainKMeans: Trainer<'kmeans'> = async (context) => {
  const { parameters, seed, threads, signal, note } = context;
  const { k } = parameters;
  const { matrix, playerIds, definitions } = await readPlayers(context);
  if (playerIds.length < k) {
    throw new TrainingRefused(
      'too_few_players',
      `${k} clusters need at least as many players; there are ${playerIds.length}.`,
    );
  }
  const { model, labels, distances } = await kmeans(matrix, {
    k,
    seed,
    initializations: 4,
    transform: heavyTailed(definitions),
    threads,
    signal,
    onProgress: (p) => {
      const within = p.phase === 'iterate' ? 0.2 + 0.8 * Math.min(1, p.iteration / 30) : 0.1;
      note(0.1 + 0.7 * ((p.run - 1 + within) / p.runs), 'clustering');
    },
  });
  note(0.8, 'profiling');
  const outputs = [
    { name: 'cluster', kind: 'label', values: labels },
    { name: 'distance', kind: 'score', values: distances },
  ] as const;
  return {
    fitted: model,
    metrics: { inertia: model.inertia, iterations: model.iterations, converged: model.converged },
    profiles: clusterProfiles(matrix, labels, k),
    projection: await project2d(matrix, { scaling: model.scaling, signal }),
    playerIds,
    outputs: [...outputs],
    ...(await describeTraining(context, { matrix, playerIds, definitions, outputs, device: model.device })),
  };
};
