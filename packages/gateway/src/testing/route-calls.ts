import type { Scope } from '../auth/scopes.ts';
import { anImport } from './an-onnx-model.ts';
import { anEvent, type Call, testOrigin } from './test-gateway.ts';
import type { World } from './world.ts';

/** How the suite of all routes calls each operation. A new operation without a row here fails that suite. */
export type RouteCall = {
  /** The one scope it takes, said a second time and by hand. */
  scope: Scope;
  /** A call that succeeds in the world. */
  good(world: World): { path: string } & Call;
  status: number;
  /** A call in which every id is the world's, where that differs from `good`. */
  byId?(world: World): ({ path: string } & Call)[];
};

let names = 0;
const fresh = () => `name ${++names}`;
const get =
  (path: (world: World) => string): RouteCall['good'] =>
  (world) => ({ path: path(world) });

export const routeCalls: Record<string, RouteCall> = {
  sendEvents: {
    scope: 'events:write',
    status: 200,
    good: () => ({
      path: '/v1/events',
      json: { events: [anEvent({ type: 'session.started', data: { sessionId: 's' } }), { id: 'x' }] },
    }),
  },
  listDeadLetters: {
    scope: 'dead-letters:read',
    status: 200,
    good: get(() => '/v1/dead-letters?kind=rejected&since=2026-01-01T00:00:00Z'),
  },
  replayDeadLetters: {
    scope: 'dead-letters:write',
    status: 200,
    good: () => ({ path: '/v1/dead-letters/replay', json: { code: 'event_invalid', limit: 10 } }),
  },
  getDeadLetter: {
    scope: 'dead-letters:read',
    status: 200,
    good: get(({ letter }) => `/v1/dead-letters/${letter}`),
  },
  discardDeadLetter: {
    scope: 'dead-letters:write',
    status: 204,
    good: ({ letter }) => ({ path: `/v1/dead-letters/${letter}`, method: 'DELETE' }),
  },
  replayDeadLetter: {
    scope: 'dead-letters:write',
    status: 200,
    good: ({ letter }) => ({ path: `/v1/dead-letters/${letter}/replay`, json: { event: { id: 'none' } } }),
  },
  listPlayers: {
    scope: 'players:read',
    status: 200,
    good: get(() => '/v1/players?count=true&limit=3'),
    byId: ({ segment }) => [{ path: `/v1/players?segment=${segment}` }],
  },
  getPlayer: { scope: 'players:read', status: 200, good: get(({ player }) => `/v1/players/${player}`) },
  listPlayerEvents: {
    scope: 'players:read',
    status: 200,
    good: get(({ player }) => `/v1/players/${player}/events?limit=2`),
  },
  listPlayerDays: {
    scope: 'players:read',
    status: 200,
    good: get(({ player }) => `/v1/players/${player}/days`),
  },
  listSegments: { scope: 'segments:read', status: 200, good: get(() => '/v1/segments') },
  createSegment: {
    scope: 'segments:write',
    status: 201,
    good: () => ({ path: '/v1/segments', json: { name: fresh(), rule: { restricted: true } } }),
  },
  getSegment: { scope: 'segments:read', status: 200, good: get(({ segment }) => `/v1/segments/${segment}`) },
  deleteSegment: {
    scope: 'segments:write',
    status: 204,
    good: ({ segment }) => ({ path: `/v1/segments/${segment}`, method: 'DELETE' }),
  },
  listSegmentMembers: {
    scope: 'segments:read',
    status: 200,
    good: get(({ segment }) => `/v1/segments/${segment}/members`),
  },
  listFeatures: { scope: 'players:read', status: 200, good: get(() => '/v1/features') },
  getFeatureColumns: {
    scope: 'players:read',
    status: 200,
    good: get(() => '/v1/features/columns?features=turnover_30d,deposits_count_30d'),
    byId: ({ segment, model }) => [
      { path: `/v1/features/columns?features=turnover_30d&segment=${segment}` },
      { path: `/v1/features/columns?features=model:${model}:cluster` },
    ],
  },
  listModels: { scope: 'models:read', status: 200, good: get(() => '/v1/models') },
  createModel: {
    scope: 'models:write',
    status: 202,
    good: () => ({ path: '/v1/models', json: { name: fresh(), k: 2 } }),
  },
  importModel: {
    scope: 'models:write',
    status: 201,
    good: () => ({ path: '/v1/models/import', json: anImport({ name: fresh() }) }),
    byId: ({ brought }) => [{ path: '/v1/models/import', json: anImport({ model: brought }) }],
  },
  getModel: { scope: 'models:read', status: 200, good: get(({ model }) => `/v1/models/${model}`) },
  deleteModel: {
    scope: 'models:write',
    status: 204,
    good: ({ model }) => ({ path: `/v1/models/${model}`, method: 'DELETE' }),
  },
  scoreModel: {
    scope: 'models:write',
    status: 202,
    good: ({ model }) => ({ path: `/v1/models/${model}/score`, method: 'POST' }),
  },
  listClusters: {
    scope: 'models:read',
    status: 200,
    good: get(({ model }) => `/v1/models/${model}/clusters`),
  },
  listClusterPoints: {
    scope: 'models:read',
    status: 200,
    good: get(({ model }) => `/v1/models/${model}/points`),
  },
  listModelVersions: {
    scope: 'models:read',
    status: 200,
    good: get(({ model }) => `/v1/models/${model}/versions`),
  },
  trainModelVersion: {
    scope: 'models:write',
    status: 202,
    good: ({ model }) => ({ path: `/v1/models/${model}/versions`, json: { seed: 3 } }),
  },
  getModelVersion: {
    scope: 'models:read',
    status: 200,
    good: get(({ model, version }) => `/v1/models/${model}/versions/${version}`),
  },
  deleteModelVersion: {
    scope: 'models:write',
    status: 204,
    good: ({ model, version }) => ({ path: `/v1/models/${model}/versions/${version}`, method: 'DELETE' }),
  },
  getModelDrift: {
    scope: 'models:read',
    status: 200,
    good: get(({ model, version }) => `/v1/models/${model}/versions/${version}/drift`),
  },
  getModelOnnx: {
    scope: 'models:read',
    status: 200,
    good: get(({ model, version }) => `/v1/models/${model}/versions/${version}/model.onnx`),
  },
  promoteModelVersion: {
    scope: 'models:write',
    status: 200,
    // The active one once more: the others of the world stay as they are.
    good: ({ model }) => ({ path: `/v1/models/${model}/versions/1/promote`, method: 'POST' }),
  },
  rollBackModel: {
    scope: 'models:write',
    // Nothing was promoted before; that it goes back stands with the models' own tests.
    status: 409,
    good: ({ model }) => ({ path: `/v1/models/${model}/rollback`, method: 'POST' }),
  },
  compareModelVersions: {
    scope: 'models:read',
    status: 200,
    good: get(({ model, version }) => `/v1/models/${model}/compare?base=1&other=${version}`),
  },
  beginModelExperiment: {
    scope: 'models:write',
    status: 200,
    good: ({ model, version }) => ({
      path: `/v1/models/${model}/experiment`,
      json: { challenger: version, share: 0.5 },
    }),
  },
  endModelExperiment: {
    scope: 'models:write',
    status: 204,
    good: ({ model }) => ({ path: `/v1/models/${model}/experiment`, method: 'DELETE' }),
  },
  getJob: { scope: 'models:read', status: 200, good: get(({ job }) => `/v1/jobs/${job}`) },
  cancelJob: {
    scope: 'models:write',
    // The world's job is done; that a running one is cancelled stands with the jobs' own tests.
    status: 409,
    good: ({ job }) => ({ path: `/v1/jobs/${job}/cancel`, method: 'POST' }),
  },
  getKpis: { scope: 'reports:read', status: 200, good: get(() => '/v1/reports/kpis?series=true') },
  createSession: {
    scope: 'sessions:write',
    status: 201,
    good: () => ({
      path: '/v1/sessions',
      json: { user: 'ana', scopes: ['players:read'], origin: testOrigin },
    }),
  },
  openStream: {
    scope: 'stream:read',
    status: 200,
    good: get(() => '/v1/stream'),
  },
};
