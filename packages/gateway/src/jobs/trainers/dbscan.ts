import { applyModel, dbscan } from '@crmbet/engine';
import { finishClustering, requirePlayers } from './finish-clustering.ts';
import { heavyTailed, readPlayers } from './read-players.ts';
import type { Trainer } from './trainer.ts';

/** DBSCAN over every player's features of today: what is dense hangs together, and the rest is noise, cluster −1. */
export const trainDbscan: Trainer<'dbscan'> = async (context) => {
  const { parameters, seed, threads, signal, note } = context;
  const { eps, minPoints } = parameters;
  const players = await readPlayers(context);
  requirePlayers(players, minPoints, `Neighbourhoods of ${minPoints}`);
  const { model, labels, corePoints, exact, treeRows } = await dbscan(players.matrix, {
    eps,
    minPoints,
    seed,
    transform: heavyTailed(players.definitions),
    threads,
    signal,
    onProgress: ({ phase, share }) => note(phases[phase] + 0.2 * share, 'clustering'),
  });
  const said = await applyModel(model, players.matrix, { threads, signal });
  return await finishClustering(context, players, {
    fitted: model,
    labels,
    clusters: model.clusters.length,
    outputs: said.map((output) => (output.name === 'cluster' ? { ...output, values: labels } : output)),
    metrics: {
      clusters: model.clusters.length,
      noise: labels.filter((label) => label < 0).length,
      corePoints: corePoints.reduce((sum, isCore) => sum + isCore, 0),
      exact,
      treeRows,
    },
    device: model.device,
  });
};

/** Where in the whole training each phase begins. */
const phases = { prepare: 0.1, count: 0.15, link: 0.35, assign: 0.55 };
