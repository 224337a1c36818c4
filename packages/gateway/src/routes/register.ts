import type { App } from './app-types.ts';
import { discardDeadLetter } from './dead-letters/discard-dead-letter.ts';
import { getDeadLetter } from './dead-letters/get-dead-letter.ts';
import { listDeadLetters } from './dead-letters/list-dead-letters.ts';
import { replayDeadLetter } from './dead-letters/replay-dead-letter.ts';
import { replayDeadLetters } from './dead-letters/replay-dead-letters.ts';
import { sendEvents } from './events/send-events.ts';
import { getFeatureColumns } from './features/get-feature-columns.ts';
import { listFeatures } from './features/list-features.ts';
import { cancelJob } from './jobs/cancel-job.ts';
import { getJob } from './jobs/get-job.ts';
import { beginModelExperiment } from './models/begin-experiment.ts';
import { compareModelVersions } from './models/compare-model-versions.ts';
import { createModel } from './models/create-model.ts';
import { deleteModel } from './models/delete-model.ts';
import { deleteModelVersion } from './models/delete-model-version.ts';
import { endModelExperiment } from './models/end-experiment.ts';
import { getModel } from './models/get-model.ts';
import { getModelDrift } from './models/get-model-drift.ts';
import { getModelOnnx } from './models/get-model-onnx.ts';
import { getModelVersion } from './models/get-model-version.ts';
import { importModel } from './models/import-model.ts';
import { listClusterPoints } from './models/list-cluster-points.ts';
import { listClusters } from './models/list-clusters.ts';
import { listModelVersions } from './models/list-model-versions.ts';
import { listModels } from './models/list-models.ts';
import { promoteModelVersion } from './models/promote-model-version.ts';
import { rollBackModel } from './models/roll-back-model.ts';
import { scoreModel } from './models/score-model.ts';
import { trainModelVersion } from './models/train-model-version.ts';
import { getPlayer } from './players/get-player.ts';
import { listPlayerDays } from './players/list-player-days.ts';
import { listPlayerEvents } from './players/list-player-events.ts';
import { listPlayers } from './players/list-players.ts';
import { getKpis } from './reports/get-kpis.ts';
import { createSegment } from './segments/create-segment.ts';
import { deleteSegment } from './segments/delete-segment.ts';
import { getSegment } from './segments/get-segment.ts';
import { listSegmentMembers } from './segments/list-segment-members.ts';
import { listSegments } from './segments/list-segments.ts';
import { createSession } from './sessions/create-session.ts';
import { openStream } from './stream/open-stream.ts';

/** Every operation under /v1, by noun. */
const endpoints = [
  sendEvents,
  listDeadLetters,
  replayDeadLetters,
  getDeadLetter,
  discardDeadLetter,
  replayDeadLetter,
  listPlayers,
  getPlayer,
  listPlayerEvents,
  listPlayerDays,
  listSegments,
  createSegment,
  getSegment,
  deleteSegment,
  listSegmentMembers,
  listFeatures,
  getFeatureColumns,
  listModels,
  createModel,
  importModel,
  getModel,
  deleteModel,
  scoreModel,
  listClusters,
  listClusterPoints,
  listModelVersions,
  trainModelVersion,
  getModelVersion,
  deleteModelVersion,
  getModelDrift,
  getModelOnnx,
  promoteModelVersion,
  rollBackModel,
  compareModelVersions,
  beginModelExperiment,
  endModelExperiment,
  getJob,
  cancelJob,
  getKpis,
  createSession,
  openStream,
];

export function registerRoutes(app: App): void {
  for (const endpoint of endpoints) endpoint(app);
}
