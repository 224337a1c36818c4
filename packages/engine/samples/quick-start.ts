import {
  clusterProfiles,
  exportOnnx,
  FeatureMatrix,
  kmeans,
  predict,
  project2d,
  runOnnx,
} from '@crmbet/engine';

// One column a feature, one row a player; NaN where a value is missing.
const players = FeatureMatrix.fromColumns(
  ['stake_30d', 'bets_30d', 'days_since_bet'],
  [
    Float32Array.of(500, 420, 90_000, 110_000, 650, 95_000),
    Float32Array.of(4, 3, 210, 190, 5, Number.NaN),
    Float32Array.of(21, 25, 1, 2, 19, 1),
  ],
);

const { model, labels } = await kmeans(players, {
  k: 2,
  seed: 7,
  transform: { stake_30d: 'log1p', bets_30d: 'log1p' },
  signal: AbortSignal.timeout(60_000),
  onProgress: ({ phase, iteration }) => console.log(phase, iteration),
});
console.log(model.sizes);

// What sets each cluster apart, as data: the words are yours.
for (const { cluster, share, traits } of clusterProfiles(players, labels, model.k)) {
  console.log(cluster, share, traits.map(({ feature, direction }) => `${feature} ${direction}`).join(', '));
}

// Where to draw each player.
const { x, y, plane } = await project2d(players, { scaling: model.scaling });
console.log(x.length, y.length, plane.explained);

// A model is plain JSON; columns are found by name.
const newcomers = FeatureMatrix.fromRows(['days_since_bet', 'stake_30d', 'bets_30d'], [[2, 88_000, 170]]);
const ours = await predict(model, newcomers);

// The same labels from ONNX Runtime, here or anywhere else.
const theirs = await runOnnx(exportOnnx(model), newcomers);
console.log(ours.labels[0] === theirs.labels[0]);
