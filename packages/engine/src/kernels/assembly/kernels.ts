// AssemblyScript, compiled to WebAssembly SIMD by scripts/build-kernels.ts, once with relaxed SIMD and once without.
// Pure functions over linear memory: no allocation, no imports. What each argument means stands in ../kernel.ts.
//
// A panel holds 8 rows, transposed: feature j of the panel is 8 consecutive float32, so that a lane is a row and
// nothing is ever summed across lanes.

const PANEL_ROWS: usize = 8;
const FLOAT: usize = 4;
const DOUBLE: usize = 8;
/** Bytes of one feature in one panel. */
const STRIDE: usize = PANEL_ROWS * FLOAT;

function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Of two vectors the lanes of the first where the mask has all bits, else those of the second. */
function select4(a: v128, b: v128, mask: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_laneselect(a, b, mask);
  return v128.bitselect(a, b, mask);
}

function prepare(x: v128, fill: v128, center: v128, factor: v128): v128 {
  const known = v128.bitselect(x, fill, f32x4.eq(x, x));
  return f32x4.mul(f32x4.sub(known, center), factor);
}

export function pack(
  columns: usize,
  columnBytes: usize,
  panelCount: usize,
  features: usize,
  fills: usize,
  centers: usize,
  factors: usize,
  panels: usize,
): f32 {
  let largest = f32x4.splat(0);
  let to = panels;
  for (let p: usize = 0; p < panelCount; p++) {
    let from = columns + p * STRIDE;
    for (let j: usize = 0; j < features; j++) {
      const fill = v128.load32_splat(fills + j * FLOAT);
      const center = v128.load32_splat(centers + j * FLOAT);
      const factor = v128.load32_splat(factors + j * FLOAT);
      const a = prepare(v128.load(from), fill, center, factor);
      const b = prepare(v128.load(from, 16), fill, center, factor);
      v128.store(to, a);
      v128.store(to, b, 16);
      // No NaN is left here, and without that question a maximum is one instruction.
      largest = f32x4.pmax(largest, f32x4.pmax(f32x4.abs(a), f32x4.abs(b)));
      from += columnBytes;
      to += STRIDE;
    }
  }
  return max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
}

/** The nearest centroid of each row, and with `f32` rather than `void` also until when it stays the nearest one. */
function nearest<DEADLINE>(
  panels: usize,
  panelCount: usize,
  features: usize,
  centroids: usize,
  halfNorms: usize,
  clusters: usize,
  labels: usize,
  thresholds: usize,
  rounding: f32,
  largestNorm: f32,
  deadlines: usize,
): void {
  const rowBytes = features * FLOAT;
  const rowBytes2 = rowBytes * 2;
  const rowBytes3 = rowBytes * 3;
  const none = f32x4.splat(-f32.MAX_VALUE);
  for (let p: usize = 0; p < panelCount; p++) {
    const panel = panels + p * features * STRIDE;
    let bestA = none;
    let bestB = none;
    let secondA = none;
    let secondB = none;
    let labelA = i32x4.splat(0);
    let labelB = labelA;
    let nearer: v128;
    let c = centroids;
    let k: usize = 0;
    // Four at a time: each load of a row's lanes serves eight multiply-adds, and all sums stay in registers.
    for (; k + 4 <= clusters; k += 4) {
      let a0 = f32x4.splat(-load<f32>(halfNorms + k * FLOAT));
      let a1 = f32x4.splat(-load<f32>(halfNorms + k * FLOAT, 4));
      let a2 = f32x4.splat(-load<f32>(halfNorms + k * FLOAT, 8));
      let a3 = f32x4.splat(-load<f32>(halfNorms + k * FLOAT, 12));
      let b0 = a0;
      let b1 = a1;
      let b2 = a2;
      let b3 = a3;
      let x = panel;
      const end = c + rowBytes;
      for (; c < end; c += FLOAT) {
        const xa = v128.load(x);
        const xb = v128.load(x, 16);
        const c0 = v128.load32_splat(c);
        a0 = madd(xa, c0, a0);
        b0 = madd(xb, c0, b0);
        const c1 = v128.load32_splat(c + rowBytes);
        a1 = madd(xa, c1, a1);
        b1 = madd(xb, c1, b1);
        const c2 = v128.load32_splat(c + rowBytes2);
        a2 = madd(xa, c2, a2);
        b2 = madd(xb, c2, b2);
        const c3 = v128.load32_splat(c + rowBytes3);
        a3 = madd(xa, c3, a3);
        b3 = madd(xb, c3, b3);
        x += STRIDE;
      }
      // Strictly greater: of equally near centroids the first one keeps the row.
      const label0 = i32x4.splat(<i32>k);
      nearer = f32x4.gt(a0, bestA);
      labelA = select4(label0, labelA, nearer);
      if (!isVoid<DEADLINE>()) secondA = f32x4.pmax(secondA, f32x4.pmin(bestA, a0));
      bestA = f32x4.pmax(bestA, a0);
      nearer = f32x4.gt(b0, bestB);
      labelB = select4(label0, labelB, nearer);
      if (!isVoid<DEADLINE>()) secondB = f32x4.pmax(secondB, f32x4.pmin(bestB, b0));
      bestB = f32x4.pmax(bestB, b0);
      const label1 = i32x4.splat(<i32>k + 1);
      nearer = f32x4.gt(a1, bestA);
      labelA = select4(label1, labelA, nearer);
      if (!isVoid<DEADLINE>()) secondA = f32x4.pmax(secondA, f32x4.pmin(bestA, a1));
      bestA = f32x4.pmax(bestA, a1);
      nearer = f32x4.gt(b1, bestB);
      labelB = select4(label1, labelB, nearer);
      if (!isVoid<DEADLINE>()) secondB = f32x4.pmax(secondB, f32x4.pmin(bestB, b1));
      bestB = f32x4.pmax(bestB, b1);
      const label2 = i32x4.splat(<i32>k + 2);
      nearer = f32x4.gt(a2, bestA);
      labelA = select4(label2, labelA, nearer);
      if (!isVoid<DEADLINE>()) secondA = f32x4.pmax(secondA, f32x4.pmin(bestA, a2));
      bestA = f32x4.pmax(bestA, a2);
      nearer = f32x4.gt(b2, bestB);
      labelB = select4(label2, labelB, nearer);
      if (!isVoid<DEADLINE>()) secondB = f32x4.pmax(secondB, f32x4.pmin(bestB, b2));
      bestB = f32x4.pmax(bestB, b2);
      const label3 = i32x4.splat(<i32>k + 3);
      nearer = f32x4.gt(a3, bestA);
      labelA = select4(label3, labelA, nearer);
      if (!isVoid<DEADLINE>()) secondA = f32x4.pmax(secondA, f32x4.pmin(bestA, a3));
      bestA = f32x4.pmax(bestA, a3);
      nearer = f32x4.gt(b3, bestB);
      labelB = select4(label3, labelB, nearer);
      if (!isVoid<DEADLINE>()) secondB = f32x4.pmax(secondB, f32x4.pmin(bestB, b3));
      bestB = f32x4.pmax(bestB, b3);
      c += rowBytes3;
    }
    if (k < clusters) {
      let a0 = f32x4.splat(-load<f32>(halfNorms + k * FLOAT));
      let a1 = f32x4.splat(-load<f32>(halfNorms + k * FLOAT, 4));
      let b0 = a0;
      let b1 = a1;
      let x = panel;
      const end = c + rowBytes;
      for (; c < end; c += FLOAT) {
        const xa = v128.load(x);
        const xb = v128.load(x, 16);
        const c0 = v128.load32_splat(c);
        a0 = madd(xa, c0, a0);
        b0 = madd(xb, c0, b0);
        const c1 = v128.load32_splat(c + rowBytes);
        a1 = madd(xa, c1, a1);
        b1 = madd(xb, c1, b1);
        x += STRIDE;
      }
      // Strictly greater: of equally near centroids the first one keeps the row.
      const label0 = i32x4.splat(<i32>k);
      nearer = f32x4.gt(a0, bestA);
      labelA = select4(label0, labelA, nearer);
      if (!isVoid<DEADLINE>()) secondA = f32x4.pmax(secondA, f32x4.pmin(bestA, a0));
      bestA = f32x4.pmax(bestA, a0);
      nearer = f32x4.gt(b0, bestB);
      labelB = select4(label0, labelB, nearer);
      if (!isVoid<DEADLINE>()) secondB = f32x4.pmax(secondB, f32x4.pmin(bestB, b0));
      bestB = f32x4.pmax(bestB, b0);
      const label1 = i32x4.splat(<i32>k + 1);
      nearer = f32x4.gt(a1, bestA);
      labelA = select4(label1, labelA, nearer);
      if (!isVoid<DEADLINE>()) secondA = f32x4.pmax(secondA, f32x4.pmin(bestA, a1));
      bestA = f32x4.pmax(bestA, a1);
      nearer = f32x4.gt(b1, bestB);
      labelB = select4(label1, labelB, nearer);
      if (!isVoid<DEADLINE>()) secondB = f32x4.pmax(secondB, f32x4.pmin(bestB, b1));
      bestB = f32x4.pmax(bestB, b1);
      c += rowBytes;
    }
    const at = p * STRIDE;
    v128.store(labels + at, labelA);
    v128.store(labels + at, labelB, 16);
    if (!isVoid<DEADLINE>()) {
      let normA = f32x4.splat(0);
      let normB = normA;
      const end = panel + features * STRIDE;
      for (let x = panel; x < end; x += STRIDE) {
        const xa = v128.load(x);
        const xb = v128.load(x, 16);
        normA = madd(xa, xa, normA);
        normB = madd(xb, xb, normB);
      }
      const due = deadlines + at;
      v128.store(
        due,
        deadline(normA, bestA, secondA, rounding, largestNorm, gather4(thresholds, labels + at)),
      );
      v128.store(
        due,
        deadline(normB, bestB, secondB, rounding, largestNorm, gather4(thresholds, labels + at + 16)),
        16,
      );
    }
  }
}

/** The values of four labels. */
function gather4(values: usize, labels: usize): v128 {
  let found = v128.load32_zero(values + <usize>load<i32>(labels) * FLOAT);
  found = v128.load_lane<f32>(values + <usize>load<i32>(labels, 4) * FLOAT, found, 1);
  found = v128.load_lane<f32>(values + <usize>load<i32>(labels, 8) * FLOAT, found, 2);
  return v128.load_lane<f32>(values + <usize>load<i32>(labels, 12) * FLOAT, found, 3);
}

/**
 * The second nearest centroid's distance less the nearest one's, plus the threshold as it stands. A score is
 * x·c - |c|²/2, so that |x - c|² = |x|² - 2 · score, off by `rounding` of the squares at most; and float32 holds the
 * result to 2^-24 of it, for which four times as much is taken away.
 */
function deadline(
  norm: v128,
  best: v128,
  second: v128,
  rounding: f32,
  largestNorm: f32,
  threshold: v128,
): v128 {
  const zero = f32x4.splat(0);
  const two = f32x4.splat(2);
  const error = f32x4.mul(f32x4.add(norm, f32x4.splat(largestNorm)), f32x4.splat(rounding));
  const near = f32x4.sqrt(f32x4.pmax(zero, f32x4.add(f32x4.sub(norm, f32x4.mul(two, best)), error)));
  const far = f32x4.sqrt(f32x4.pmax(zero, f32x4.sub(f32x4.sub(norm, f32x4.mul(two, second)), error)));
  const unsure = f32x4.mul(f32x4.add(f32x4.add(near, near), threshold), f32x4.splat(0.000000238418579));
  return f32x4.sub(f32x4.add(f32x4.sub(far, near), threshold), unsure);
}

export function assign(
  panels: usize,
  panelCount: usize,
  features: usize,
  centroids: usize,
  halfNorms: usize,
  clusters: usize,
  labels: usize,
): void {
  nearest<void>(panels, panelCount, features, centroids, halfNorms, clusters, labels, 0, 0, 0, 0);
}

export function assignColumns(
  columns: usize,
  columnBytes: usize,
  panelCount: usize,
  features: usize,
  missing: i32,
  fills: usize,
  centers: usize,
  factors: usize,
  centroids: usize,
  halfNorms: usize,
  clusters: usize,
  labels: usize,
  scratch: usize,
): void {
  for (let p: usize = 0; p < panelCount; p++) {
    let from = columns + p * STRIDE;
    let to = scratch;
    for (let j: usize = 0; j < features; j++) {
      const center = v128.load32_splat(centers + j * FLOAT);
      const factor = v128.load32_splat(factors + j * FLOAT);
      let a = v128.load(from);
      let b = v128.load(from, 16);
      if (missing) {
        const fill = v128.load32_splat(fills + j * FLOAT);
        a = select4(a, fill, f32x4.eq(a, a));
        b = select4(b, fill, f32x4.eq(b, b));
      }
      v128.store(to, f32x4.mul(f32x4.sub(a, center), factor));
      v128.store(to, f32x4.mul(f32x4.sub(b, center), factor), 16);
      from += columnBytes;
      to += STRIDE;
    }
    assign(scratch, 1, features, centroids, halfNorms, clusters, labels + p * STRIDE);
  }
}

export function assignBounded(
  panels: usize,
  panelCount: usize,
  features: usize,
  centroids: usize,
  halfNorms: usize,
  clusters: usize,
  labels: usize,
  thresholds: usize,
  rounding: f32,
  largestNorm: f32,
  deadlines: usize,
): void {
  nearest<f32>(
    panels,
    panelCount,
    features,
    centroids,
    halfNorms,
    clusters,
    labels,
    thresholds,
    rounding,
    largestNorm,
    deadlines,
  );
}

/** So many rows of a panel, and looking at all 8 where they lie is cheaper than gathering those that are due. */
const MANY: i32 = 4;

export function reassign(
  panels: usize,
  rows: usize,
  features: usize,
  centroids: usize,
  halfNorms: usize,
  clusters: usize,
  labels: usize,
  thresholds: usize,
  rounding: f32,
  largestNorm: f32,
  deadlines: usize,
  sums: usize,
  counts: usize,
  scratch: usize,
): i32 {
  const panelBytes = features * STRIDE;
  const answer = scratch + panelBytes;
  const numbers = answer + STRIDE + STRIDE;
  let looked: usize = 0;
  let waiting: usize = 0;
  for (let first: usize = 0; first < rows; first += PANEL_ROWS) {
    const at = first * FLOAT;
    const keptA = f32x4.gt(v128.load(deadlines + at), gather4(thresholds, labels + at));
    const keptB = f32x4.gt(v128.load(deadlines + at, 16), gather4(thresholds, labels + at + 16));
    let due = ~(i32x4.bitmask(keptA) | (i32x4.bitmask(keptB) << 4)) & 0xff;
    if (due === 0) continue;
    const left = rows - first;
    if (left < PANEL_ROWS) due &= (1 << (<i32>left)) - 1;
    const panel = panels + first * features * FLOAT;
    if (popcnt(due) >= MANY) {
      // Those that wait in the scratch panel go on waiting: their numbers stand before these.
      const count = min(left, PANEL_ROWS);
      for (let i: usize = 0; i < count; i++) store<i32>(numbers + STRIDE + i * FLOAT, <i32>(first + i));
      look(
        panel,
        count,
        numbers + STRIDE,
        answer,
        features,
        centroids,
        halfNorms,
        clusters,
        labels,
        thresholds,
        rounding,
        largestNorm,
        deadlines,
        sums,
        counts,
      );
      looked += count;
      continue;
    }
    for (; due !== 0; due &= due - 1) {
      const lane = <usize>ctz(due);
      let from = panel + lane * FLOAT;
      const end = from + panelBytes;
      let to = scratch + waiting * FLOAT;
      for (; from < end; from += STRIDE) {
        store<f32>(to, load<f32>(from));
        to += STRIDE;
      }
      store<i32>(numbers + waiting * FLOAT, <i32>(first + lane));
      if (++waiting < PANEL_ROWS) continue;
      look(
        scratch,
        waiting,
        numbers,
        answer,
        features,
        centroids,
        halfNorms,
        clusters,
        labels,
        thresholds,
        rounding,
        largestNorm,
        deadlines,
        sums,
        counts,
      );
      looked += waiting;
      waiting = 0;
    }
  }
  if (waiting > 0) {
    look(
      scratch,
      waiting,
      numbers,
      answer,
      features,
      centroids,
      halfNorms,
      clusters,
      labels,
      thresholds,
      rounding,
      largestNorm,
      deadlines,
      sums,
      counts,
    );
    looked += waiting;
  }
  return <i32>looked;
}

/** Looks at the first rows of one panel, puts the answers where `numbers` says, and moves what changed its cluster from sum to sum. */
function look(
  panel: usize,
  rows: usize,
  numbers: usize,
  answer: usize,
  features: usize,
  centroids: usize,
  halfNorms: usize,
  clusters: usize,
  labels: usize,
  thresholds: usize,
  rounding: f32,
  largestNorm: f32,
  deadlines: usize,
  sums: usize,
  counts: usize,
): void {
  assignBounded(
    panel,
    1,
    features,
    centroids,
    halfNorms,
    clusters,
    answer,
    thresholds,
    rounding,
    largestNorm,
    answer + STRIDE,
  );
  const sumBytes = features * DOUBLE;
  for (let i: usize = 0; i < rows; i++) {
    const row = <usize>load<i32>(numbers + i * FLOAT) * FLOAT;
    store<f32>(deadlines + row, load<f32>(answer + STRIDE + i * FLOAT));
    const before = <usize>load<i32>(labels + row);
    const after = <usize>load<i32>(answer + i * FLOAT);
    if (before === after) continue;
    store<i32>(labels + row, <i32>after);
    let x = panel + i * FLOAT;
    let less = sums + before * sumBytes;
    let more = sums + after * sumBytes;
    const end = less + sumBytes;
    for (; less < end; less += DOUBLE) {
      const value = <f64>load<f32>(x);
      store<f64>(less, load<f64>(less) - value);
      store<f64>(more, load<f64>(more) + value);
      x += STRIDE;
      more += DOUBLE;
    }
    store<i32>(counts + before * FLOAT, load<i32>(counts + before * FLOAT) - 1);
    increment(counts + after * FLOAT);
  }
}

function gather(x: usize, features: usize, centroids: usize, labels: usize): v128 {
  const rowBytes = features * FLOAT;
  let c0 = centroids + <usize>load<i32>(labels) * rowBytes;
  let c1 = centroids + <usize>load<i32>(labels, 4) * rowBytes;
  let c2 = centroids + <usize>load<i32>(labels, 8) * rowBytes;
  let c3 = centroids + <usize>load<i32>(labels, 12) * rowBytes;
  let sum = f32x4.splat(0);
  for (let j: usize = 0; j < features; j++) {
    let c = v128.load32_zero(c0);
    c = v128.load_lane<f32>(c1, c, 1);
    c = v128.load_lane<f32>(c2, c, 2);
    c = v128.load_lane<f32>(c3, c, 3);
    const difference = f32x4.sub(v128.load(x), c);
    sum = madd(difference, difference, sum);
    x += STRIDE;
    c0 += FLOAT;
    c1 += FLOAT;
    c2 += FLOAT;
    c3 += FLOAT;
  }
  return sum;
}

export function squaredDistances(
  panels: usize,
  panelCount: usize,
  features: usize,
  centroids: usize,
  labels: usize,
  output: usize,
): void {
  for (let p: usize = 0; p < panelCount; p++) {
    const panel = panels + p * features * STRIDE;
    const at = p * STRIDE;
    v128.store(output + at, gather(panel, features, centroids, labels + at));
    v128.store(output + at, gather(panel + 16, features, centroids, labels + at + 16), 16);
  }
}

function addPair(sum: usize, pair: v128): void {
  v128.store(sum, f64x2.add(v128.load(sum), f64x2.promote_low_f32x4(pair)));
}

function upper(x: v128): v128 {
  return v128.shuffle<i64>(x, x, 1, 1);
}

export function accumulate(
  panels: usize,
  rows: usize,
  features: usize,
  labels: usize,
  sums: usize,
  counts: usize,
): void {
  const sumBytes = features * DOUBLE;
  const pairs = features & ~1;
  const quads = (rows / PANEL_ROWS) * 2;
  for (let q: usize = 0; q < quads; q++) {
    let x = panels + (q >> 1) * features * STRIDE + (q & 1) * 16;
    const label = labels + q * 16;
    const l0 = <usize>load<i32>(label);
    const l1 = <usize>load<i32>(label, 4);
    const l2 = <usize>load<i32>(label, 8);
    const l3 = <usize>load<i32>(label, 12);
    let s0 = sums + l0 * sumBytes;
    let s1 = sums + l1 * sumBytes;
    let s2 = sums + l2 * sumBytes;
    let s3 = sums + l3 * sumBytes;
    for (let j: usize = 0; j < pairs; j += 2) {
      const a = v128.load(x);
      const b = v128.load(x, 32);
      const low = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const high = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      addPair(s0, low);
      addPair(s1, upper(low));
      addPair(s2, high);
      addPair(s3, upper(high));
      x += STRIDE + STRIDE;
      s0 += 16;
      s1 += 16;
      s2 += 16;
      s3 += 16;
    }
    if (pairs < features) {
      store<f64>(s0, load<f64>(s0) + <f64>load<f32>(x));
      store<f64>(s1, load<f64>(s1) + <f64>load<f32>(x, 4));
      store<f64>(s2, load<f64>(s2) + <f64>load<f32>(x, 8));
      store<f64>(s3, load<f64>(s3) + <f64>load<f32>(x, 12));
    }
    increment(counts + l0 * FLOAT);
    increment(counts + l1 * FLOAT);
    increment(counts + l2 * FLOAT);
    increment(counts + l3 * FLOAT);
  }
  for (let r = (rows / PANEL_ROWS) * PANEL_ROWS; r < rows; r++) {
    let x = panels + (r / PANEL_ROWS) * features * STRIDE + (r % PANEL_ROWS) * FLOAT;
    const l = <usize>load<i32>(labels + r * FLOAT);
    const s = sums + l * sumBytes;
    for (let j: usize = 0; j < features; j++) {
      store<f64>(s + j * DOUBLE, load<f64>(s + j * DOUBLE) + <f64>load<f32>(x));
      x += STRIDE;
    }
    increment(counts + l * FLOAT);
  }
}

function increment(count: usize): void {
  store<i32>(count, load<i32>(count) + 1);
}

export function potential(
  panels: usize,
  panelCount: usize,
  features: usize,
  center: usize,
  nearest: usize,
  keep: i32,
): f64 {
  let total = f64x2.splat(0);
  for (let p: usize = 0; p < panelCount; p++) {
    let x = panels + p * features * STRIDE;
    const at = nearest + p * STRIDE;
    let a = f32x4.splat(0);
    let b = a;
    const end = center + features * FLOAT;
    for (let c = center; c < end; c += FLOAT) {
      const value = v128.load32_splat(c);
      const da = f32x4.sub(v128.load(x), value);
      const db = f32x4.sub(v128.load(x, 16), value);
      a = madd(da, da, a);
      b = madd(db, db, b);
      x += STRIDE;
    }
    a = f32x4.pmin(a, v128.load(at));
    b = f32x4.pmin(b, v128.load(at, 16));
    if (keep) {
      v128.store(at, a);
      v128.store(at, b, 16);
    }
    total = f64x2.add(total, f64x2.promote_low_f32x4(a));
    total = f64x2.add(total, f64x2.promote_low_f32x4(upper(a)));
    total = f64x2.add(total, f64x2.promote_low_f32x4(b));
    total = f64x2.add(total, f64x2.promote_low_f32x4(upper(b)));
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

export function potentials(
  panels: usize,
  panelCount: usize,
  features: usize,
  centers: usize,
  count: usize,
  nearest: usize,
  totals: usize,
): void {
  const rowBytes = features * FLOAT;
  for (let i: usize = 0; i < count; i++) v128.store(totals + i * 16, f64x2.splat(0));
  for (let p: usize = 0; p < panelCount; p++) {
    const panel = panels + p * features * STRIDE;
    const nearA = v128.load(nearest + p * STRIDE);
    const nearB = v128.load(nearest + p * STRIDE, 16);
    let c = centers;
    // Two at a time: a panel is read from memory once for all, and from the cache once for two.
    for (let i: usize = 0; i < count; i += 2) {
      let a0 = f32x4.splat(0);
      let b0 = a0;
      let a1 = a0;
      let b1 = a0;
      let x = panel;
      for (const end = c + rowBytes; c < end; c += FLOAT) {
        const xa = v128.load(x);
        const xb = v128.load(x, 16);
        const c0 = v128.load32_splat(c);
        const da0 = f32x4.sub(xa, c0);
        const db0 = f32x4.sub(xb, c0);
        a0 = madd(da0, da0, a0);
        b0 = madd(db0, db0, b0);
        const c1 = v128.load32_splat(c + rowBytes);
        const da1 = f32x4.sub(xa, c1);
        const db1 = f32x4.sub(xb, c1);
        a1 = madd(da1, da1, a1);
        b1 = madd(db1, db1, b1);
        x += STRIDE;
      }
      c += rowBytes;
      addQuads(totals + i * 16, f32x4.pmin(a0, nearA), f32x4.pmin(b0, nearB));
      addQuads(totals + i * 16 + 16, f32x4.pmin(a1, nearA), f32x4.pmin(b1, nearB));
    }
  }
}

/** Adds eight float32 to a pair of float64. */
function addQuads(total: usize, a: v128, b: v128): void {
  const low = f64x2.add(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(upper(a)));
  const high = f64x2.add(f64x2.promote_low_f32x4(b), f64x2.promote_low_f32x4(upper(b)));
  v128.store(total, f64x2.add(v128.load(total), f64x2.add(low, high)));
}

export function moments(values: usize, count: usize, shift: f32, totals: usize): void {
  const from = f64x2.promote_low_f32x4(f32x4.splat(shift));
  let sum = f64x2.splat(0);
  let square = sum;
  let otherSum = sum;
  let otherSquare = sum;
  const end = values + (count / 4) * 16;
  let at = values;
  for (; at < end; at += 16) {
    const x = v128.load(at);
    // A missing value is no difference at all.
    const known = v128.bitselect(x, f32x4.splat(shift), f32x4.eq(x, x));
    const low = f64x2.sub(f64x2.promote_low_f32x4(known), from);
    const high = f64x2.sub(f64x2.promote_low_f32x4(upper(known)), from);
    sum = f64x2.add(sum, low);
    square = f64x2.add(square, f64x2.mul(low, low));
    otherSum = f64x2.add(otherSum, high);
    otherSquare = f64x2.add(otherSquare, f64x2.mul(high, high));
  }
  sum = f64x2.add(sum, otherSum);
  square = f64x2.add(square, otherSquare);
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  let squares = f64x2.extract_lane(square, 0) + f64x2.extract_lane(square, 1);
  for (const last = values + count * FLOAT; at < last; at += FLOAT) {
    const x = load<f32>(at);
    if (F32.isNaN(x)) continue;
    const difference = <f64>x - <f64>shift;
    total += difference;
    squares += difference * difference;
  }
  store<f64>(totals, load<f64>(totals) + total);
  store<f64>(totals + DOUBLE, load<f64>(totals + DOUBLE) + squares);
}

export function between(
  values: usize,
  count: usize,
  low: f32,
  high: f32,
  found: usize,
  room: i32,
  counters: usize,
): void {
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  let below = i32x4.splat(0);
  let known = i32x4.splat(0);
  let taken = load<i32>(counters);
  const end = values + (count / 4) * 16;
  let at = values;
  for (; at < end; at += 16) {
    const x = v128.load(at);
    const less = f32x4.lt(x, lowest);
    // A true lane is -1.
    below = i32x4.sub(below, less);
    known = i32x4.sub(known, f32x4.eq(x, x));
    let inside = i32x4.bitmask(v128.andnot(f32x4.le(x, highest), less));
    for (; inside !== 0; inside &= inside - 1) {
      if (taken < room) store<f32>(found + taken * FLOAT, load<f32>(at + ctz(inside) * FLOAT));
      taken++;
    }
  }
  let lessCount = addLanes(below);
  let knownCount = addLanes(known);
  for (const last = values + count * FLOAT; at < last; at += FLOAT) {
    const x = load<f32>(at);
    if (F32.isNaN(x)) continue;
    knownCount++;
    if (x < low) lessCount++;
    else if (x <= high) {
      if (taken < room) store<f32>(found + taken * FLOAT, x);
      taken++;
    }
  }
  store<i32>(counters, taken);
  store<i32>(counters + FLOAT, load<i32>(counters + FLOAT) + lessCount);
  store<i32>(counters + 2 * FLOAT, load<i32>(counters + 2 * FLOAT) + knownCount);
}

function addLanes(x: v128): i32 {
  return (
    i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3)
  );
}
