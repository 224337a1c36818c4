import type { Places } from '../../db/queries/player-clusters.ts';
import type { TrainedVersion } from '../trainers/trainer.ts';

/**
 * What is kept of a training. Of a million players the columns cross from one thread to the other in some milliseconds; their ids as
 * strings would hold up for a fifth of a second the thread that answers requests, so they are bytes.
 */
export type KeptTraining = Omit<TrainedVersion, 'playerIds' | 'outputs' | 'projection'> & {
  /** Of a clustering. */
  places: Places | undefined;
};

/** The answers of a training that is no clustering are of no use: its scores come once it is served. */
export function keptOf({ playerIds, outputs, projection, ...kept }: TrainedVersion): KeptTraining {
  const column = (name: string) => outputs.find((output) => output.name === name)?.values;
  const clusters = column('cluster');
  if (projection === undefined || !(clusters instanceof Int32Array)) return { ...kept, places: undefined };
  const distances = column('distance');
  const places = {
    playerIds: packed(playerIds),
    clusters,
    distances: distances instanceof Float32Array ? distances : new Float32Array(playerIds.length),
    x: projection.x,
    y: projection.y,
  };
  return { ...kept, places };
}

function packed(uuids: readonly string[]): Uint8Array {
  const bytes = Buffer.alloc(uuids.length * 16);
  for (const [index, uuid] of uuids.entries()) bytes.write(uuid.replaceAll('-', ''), index * 16, 'hex');
  return bytes;
}
