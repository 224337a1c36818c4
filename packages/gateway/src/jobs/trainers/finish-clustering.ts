import { clusterProfiles, type Model, type ModelOutput, project2d, type Scaling } from '@crmbet/engine';
import type { Metrics } from '../../models/version-record.ts';
import { describeTraining } from './describe-training.ts';
import type { PlayerMatrix } from './read-players.ts';
import { type TrainedVersion, type TrainingContext, TrainingRefused } from './trainer.ts';

type ClusteringContext = Omit<TrainingContext, 'algorithm' | 'parameters'> & { parameters: object };

/** @throws TrainingRefused `too_few_players` */
export function requirePlayers({ playerIds }: PlayerMatrix, least: number, what: string): void {
  if (playerIds.length >= least) return;
  throw new TrainingRefused(
    'too_few_players',
    `${what} need at least as many players; there are ${playerIds.length}.`,
  );
}

/** What every clustering leaves besides its model: what sets the clusters apart, and a plane to show the players on. */
export async function finishClustering(
  context: ClusteringContext,
  players: PlayerMatrix,
  of: {
    fitted: Model & { scaling: Scaling };
    labels: Int32Array;
    /** Number of clusters; labels are below it. */
    clusters: number;
    outputs: ModelOutput[];
    metrics: Metrics;
    device: string;
  },
): Promise<TrainedVersion> {
  const { matrix, playerIds } = players;
  const { fitted, labels, clusters, outputs, metrics, device } = of;
  context.note(0.8, 'profiling');
  return {
    fitted,
    metrics,
    profiles: clusters === 0 ? [] : clusterProfiles(matrix, labels, clusters),
    projection: await project2d(matrix, { scaling: fitted.scaling, signal: context.signal }),
    playerIds,
    outputs,
    ...(await describeTraining(context, { ...players, outputs, device })),
  };
}
