import { hdbscan } from '@crmbet/engine';
import { finishClustering, requirePlayers } from './finish-clustering.ts';
import { heavyTailed, readPlayers } from './read-players.ts';
import type { Trainer } from './trainer.ts';

const mostSamples = 1000;

/** HDBSCAN over every player's features of today: clusters of any shape and density, and noise, cluster −1. */
export const trainHdbscan: Trainer<'hdbscan'> = async (context) => {
  const { parameters, seed, threads, signal, note } = context;
  const { minClusterSize, minSamples = Math.min(minClusterSize, mostSamples) } = parameters;
  const players = await readPlayers(context);
  requirePlayers(players, Math.max(minClusterSize, minSamples), `Clusters of ${minClusterSize}`);
  const { model, labels, probabilities, exact, treeRows } = await hdbscan(players.matrix, {
    minClusterSize,
    minSamples,
    seed,
    transform: heavyTailed(players.definitions),
    threads,
    signal,
    onProgress: ({ phase, share }) => note(phases[phase] + 0.2 * share, 'clustering'),
  });
  return await finishClustering(context, players, {
    fitted: model,
    labels,
    clusters: model.clusters.length,
    outputs: [
      { name: 'cluster', kind: 'label', values: labels },
      { name: 'probability', kind: 'probability', values: probabilities },
    ],
    metrics: {
      clusters: model.clusters.length,
      noise: labels.filter((label) => label < 0).length,
      stabilities: model.clusters.map(({ stability }) => stability),
      exact,
      treeRows,
    },
    device: model.device,
  });
};

/** Where in the whole training each phase begins. */
const phases = { prepare: 0.1, neighbours: 0.15, tree: 0.35, clusters: 0.5, assign: 0.55 };
