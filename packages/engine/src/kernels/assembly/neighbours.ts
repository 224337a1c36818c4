// AssemblyScript, compiled to WebAssembly SIMD by scripts/build-kernels.ts, once with relaxed SIMD and once without.
// Searches among points near one another. What the arguments mean stands in ../neighbour-kernel.ts.
//
// A float32 product only decides which pairs are worth a look: it never overstates a distance. Those few are measured
// in float64, always in the same order, so that every device comes to the same numbers.

const LANES: usize = 8;
const FLOAT: usize = 4;
const DOUBLE: usize = 8;
/** Queries that are multiplied at a time. */
const GROUP: i32 = 4;

const NEAREST: i32 = 0;
const FOREIGN: i32 = 1;
const COUNT: i32 = 2;
const LINK: i32 = 3;
const ASSIGN: i32 = 4;

let features: usize = 0;
let rowBytes: usize = 0;
let leafRows: usize = 0;
let rows: usize = 0;
let panels: usize = 0;
let negativeHalves: usize = 0;
let boxes: usize = 0;
let originals: usize = 0;
let ids: usize = 0;
let limits: usize = 0;
let active: usize = 0;
let moved: usize = 0;
let norms: usize = 0;
let thresholds: usize = 0;
let neighbours: usize = 0;
let distances: usize = 0;
let found: usize = 0;
let components: usize = 0;
let cores: usize = 0;
let bests: usize = 0;
let bestFrom: usize = 0;
let bestTo: usize = 0;
let leafComponents: usize = 0;
let parents: usize = 0;
let radii: usize = 0;
let leafCores: usize = 0;
let queryPanels: usize = 0;
let eight: usize = 0;
let minPoints: i32 = 0;

/** A share by which no float32 sum of ours can be off: 1 - margin times it is a lower bound. */
let shrink: f32 = 1;

export function configure(block: usize): void {
  features = load<u32>(block);
  rowBytes = load<u32>(block, 4);
  leafRows = load<u32>(block, 8);
  rows = load<u32>(block, 12);
  panels = load<u32>(block, 16);
  negativeHalves = load<u32>(block, 20);
  boxes = load<u32>(block, 24);
  originals = load<u32>(block, 28);
  ids = load<u32>(block, 32);
  limits = load<u32>(block, 36);
  active = load<u32>(block, 40);
  moved = load<u32>(block, 44);
  norms = load<u32>(block, 48);
  thresholds = load<u32>(block, 52);
  neighbours = load<u32>(block, 56);
  distances = load<u32>(block, 60);
  found = load<u32>(block, 64);
  components = load<u32>(block, 68);
  cores = load<u32>(block, 72);
  bests = load<u32>(block, 76);
  bestFrom = load<u32>(block, 80);
  bestTo = load<u32>(block, 84);
  leafComponents = load<u32>(block, 88);
  parents = load<u32>(block, 92);
  radii = load<u32>(block, 96);
  leafCores = load<u32>(block, 100);
  queryPanels = load<u32>(block, 104);
  eight = load<u32>(block, 108);
  minPoints = load<i32>(block, 112);
  shrink = 1 - <f32>(features + 8) * f32.EPSILON;
}

function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

function sum(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) +
    f32x4.extract_lane(x, 1) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

export function bounds(box: usize, radius: f32, leafCount: usize, output: usize): void {
  const low = box;
  const high = low + rowBytes;
  const center = high + rowBytes;
  const zero = f32x4.splat(0);
  for (let leaf: usize = 0; leaf < leafCount; leaf++) {
    const other = boxes + leaf * 3 * rowBytes;
    let total = zero;
    let norm = zero;
    for (let j: usize = 0; j < rowBytes; j += 16) {
      const below = f32x4.sub(v128.load(other + j), v128.load(high + j));
      const above = f32x4.sub(v128.load(low + j), v128.load(other + rowBytes + j));
      const gap = f32x4.pmax(zero, f32x4.pmax(below, above));
      total = madd(gap, gap, total);
      const difference = f32x4.sub(v128.load(center + j), v128.load(other + 2 * rowBytes + j));
      norm = madd(difference, difference, norm);
    }
    const between = ballGap(sum(norm), radius + load<f32>(radii + leaf * FLOAT));
    store<f32>(output + leaf * FLOAT, max(sum(total) * shrink, between));
  }
}

/** The squared distance that is left between balls whose centers are `squared` apart: never too large. */
function ballGap(squared: f32, radii: f32): f32 {
  const gap = sqrt(squared) * shrink - radii;
  return gap > 0 ? gap * gap * shrink : 0;
}

function upper(x: v128): v128 {
  return v128.shuffle<i64>(x, x, 1, 1);
}

/** The squared distance of two rows in float64, even and odd features summed apart. */
function measure(a: usize, b: usize): f64 {
  let total = f64x2.splat(0);
  for (let j: usize = 0; j < rowBytes; j += 16) {
    const x = v128.load(a + j);
    const y = v128.load(b + j);
    const low = f64x2.sub(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y));
    total = f64x2.add(total, f64x2.mul(low, low));
    const high = f64x2.sub(f64x2.promote_low_f32x4(upper(x)), f64x2.promote_low_f32x4(upper(y)));
    total = f64x2.add(total, f64x2.mul(high, high));
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

function find(row: i32): i32 {
  let at = row;
  let parent = load<i32>(parents + <usize>at * FLOAT);
  while (parent !== at) {
    const grandparent = load<i32>(parents + <usize>parent * FLOAT);
    store<i32>(parents + <usize>at * FLOAT, grandparent);
    at = grandparent;
    parent = load<i32>(parents + <usize>at * FLOAT);
  }
  return at;
}

/** The squared distance up to which a query still wants to see points; negative when it wants none. */
function limitOf(mode: i32, query: usize): f64 {
  if (mode !== FOREIGN) return load<f64>(limits + query * DOUBLE);
  const row = <usize>load<i32>(ids + query * FLOAT);
  const best = load<f64>(bests + <usize>load<i32>(components + row * FLOAT) * DOUBLE);
  // No edge of a point is shorter than its core distance.
  return load<f64>(cores + row * DOUBLE) >= best ? -1 : best;
}

function setThreshold(slot: usize, limit: f64): void {
  const norm = <f64>load<f32>(norms + slot * FLOAT);
  let threshold = <f32>((norm - limit) / 2) - 1e-37;
  if (limit < 0) threshold = f32.MAX_VALUE;
  store<f32>(thresholds + slot * FLOAT, max(-f32.MAX_VALUE, threshold));
}

/** Whether the query and the leaf hang together already: `leafComponents` names a row when the whole leaf does. */
function joined(mode: i32, query: usize, leaf: usize): bool {
  if (mode !== FOREIGN && mode !== LINK) return false;
  const whole = load<i32>(leafComponents + leaf * FLOAT);
  if (whole < 0) return false;
  const row = load<i32>(ids + query * FLOAT);
  return mode === FOREIGN ? load<i32>(components + <usize>row * FLOAT) === whole : find(row) === find(whole);
}

export function prepare(queries: usize, count: usize): void {
  for (let query: usize = 0; query < count; query++) {
    let to = queryPanels + (query / LANES) * features * LANES * FLOAT + (query % LANES) * FLOAT;
    for (let j: usize = 0; j < features; j++) {
      store<f32>(to, load<f32>(queries + query * rowBytes + j * FLOAT));
      to += LANES * FLOAT;
    }
  }
}

export function visit(mode: i32, queries: usize, count: usize, leaf: usize): f64 {
  const center = boxes + leaf * 3 * rowBytes + 2 * rowBytes;
  let slots: usize = 0;
  for (let first: usize = 0; first < count; first += LANES) {
    let bits = nearOf(mode, first, count, leaf);
    while (bits) {
      const lane = <usize>ctz(bits);
      bits &= bits - 1;
      const query = first + lane;
      const x = queries + query * rowBytes;
      const v = moved + slots * rowBytes;
      for (let j: usize = 0; j < rowBytes; j += 16) {
        v128.store(v + j, f32x4.sub(v128.load(x + j), v128.load(center + j)));
      }
      store<f32>(norms + slots * FLOAT, load<f32>(eight + lane * FLOAT) * shrink);
      store<i32>(active + slots * FLOAT, <i32>query);
      setThreshold(slots, limitOf(mode, query));
      slots++;
    }
  }
  if (slots > 0) {
    const filled = slots;
    while (slots % GROUP !== 0) {
      store<i32>(active + slots * FLOAT, 0);
      store<f32>(thresholds + slots * FLOAT, f32.MAX_VALUE);
      slots++;
    }
    for (let slot: usize = 0; slot < filled; slot += GROUP) visitGroup(mode, queries, leaf, slot, filled);
  }
  let largest: f64 = -1;
  for (let query: usize = 0; query < count; query++) largest = max(largest, limitOf(mode, query));
  return largest;
}

/** Which of eight queries may find something in the leaf; their squared distances to its mean are left in `eight`. */
function nearOf(mode: i32, first: usize, count: usize, leaf: usize): i32 {
  const leafCore = mode === FOREIGN ? load<f64>(leafCores + leaf * DOUBLE) : -1;
  let wanted = false;
  for (let lane: usize = 0; lane < LANES; lane++) {
    const query = first + lane;
    let limit: f64 = -1;
    if (query < count) limit = limitOf(mode, query);
    if (limit < 0 || leafCore >= limit || joined(mode, query, leaf)) limit = -1;
    else wanted = true;
    // Up, never down.
    store<f32>(eight + lane * FLOAT, <f32>limit * (1 + 2 * f32.EPSILON));
  }
  if (!wanted) return 0;
  const zero = f32x4.splat(0);
  const low = boxes + leaf * 3 * rowBytes;
  const radius = f32x4.splat(load<f32>(radii + leaf * FLOAT));
  const less = f32x4.splat(shrink);
  let x = queryPanels + first * features * FLOAT;
  let gapsA = zero;
  let gapsB = zero;
  let normA = zero;
  let normB = zero;
  const end = low + features * FLOAT;
  for (let at = low; at < end; at += FLOAT) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    const bottom = v128.load32_splat(at);
    const top = v128.load32_splat(at + rowBytes);
    const middle = v128.load32_splat(at + 2 * rowBytes);
    const gapA = f32x4.pmax(zero, f32x4.pmax(f32x4.sub(bottom, a), f32x4.sub(a, top)));
    gapsA = madd(gapA, gapA, gapsA);
    const gapB = f32x4.pmax(zero, f32x4.pmax(f32x4.sub(bottom, b), f32x4.sub(b, top)));
    gapsB = madd(gapB, gapB, gapsB);
    const differenceA = f32x4.sub(a, middle);
    normA = madd(differenceA, differenceA, normA);
    const differenceB = f32x4.sub(b, middle);
    normB = madd(differenceB, differenceB, normB);
    x += LANES * FLOAT;
  }
  const ballA = f32x4.pmax(zero, f32x4.sub(f32x4.mul(f32x4.sqrt(normA), less), radius));
  const ballB = f32x4.pmax(zero, f32x4.sub(f32x4.mul(f32x4.sqrt(normB), less), radius));
  const boundA = f32x4.mul(f32x4.pmax(gapsA, f32x4.mul(ballA, ballA)), less);
  const boundB = f32x4.mul(f32x4.pmax(gapsB, f32x4.mul(ballB, ballB)), less);
  const limitA = v128.load(eight);
  const limitB = v128.load(eight, 16);
  v128.store(eight, normA);
  v128.store(eight, normB, 16);
  // The two searches that keep what is nearer than the limit gain nothing by what is as near.
  if (mode <= FOREIGN) return mask(f32x4.lt(boundA, limitA), f32x4.lt(boundB, limitB));
  return mask(f32x4.le(boundA, limitA), f32x4.le(boundB, limitB));
}

function visitGroup(mode: i32, queries: usize, leaf: usize, first: usize, filled: usize): void {
  if (mode === FOREIGN || mode === LINK) {
    // What the groups before this one found may leave nothing to look for.
    let wanted = false;
    const end = min(first + GROUP, filled);
    for (let slot = first; slot < end; slot++) {
      const query = <usize>load<i32>(active + slot * FLOAT);
      const limit = joined(mode, query, leaf) ? -1 : limitOf(mode, query);
      setThreshold(slot, limit);
      wanted = wanted || limit >= 0;
    }
    if (!wanted) return;
  }
  const v0 = moved + first * rowBytes;
  const v1 = v0 + rowBytes;
  const v2 = v1 + rowBytes;
  const v3 = v2 + rowBytes;
  const end = v0 + features * FLOAT;
  const t = thresholds + first * FLOAT;
  const leafEnd = (leaf + 1) * leafRows;
  let u = panels + leaf * leafRows * features * FLOAT;
  for (let row = leaf * leafRows; row < leafEnd; row += LANES) {
    let a0 = v128.load(negativeHalves + row * FLOAT);
    let b0 = v128.load(negativeHalves + row * FLOAT, 16);
    let a1 = a0;
    let b1 = b0;
    let a2 = a0;
    let b2 = b0;
    let a3 = a0;
    let b3 = b0;
    for (let v = v0; v < end; v += FLOAT) {
      const a = v128.load(u);
      const b = v128.load(u, 16);
      const x0 = v128.load32_splat(v);
      a0 = madd(a, x0, a0);
      b0 = madd(b, x0, b0);
      const x1 = v128.load32_splat(v + rowBytes);
      a1 = madd(a, x1, a1);
      b1 = madd(b, x1, b1);
      const x2 = v128.load32_splat(v + (v2 - v0));
      a2 = madd(a, x2, a2);
      b2 = madd(b, x2, b2);
      const x3 = v128.load32_splat(v + (v3 - v0));
      a3 = madd(a, x3, a3);
      b3 = madd(b, x3, b3);
      u += LANES * FLOAT;
    }
    const t0 = v128.load32_splat(t);
    const t1 = v128.load32_splat(t, 4);
    const t2 = v128.load32_splat(t, 8);
    const t3 = v128.load32_splat(t, 12);
    a0 = f32x4.ge(a0, t0);
    b0 = f32x4.ge(b0, t0);
    a1 = f32x4.ge(a1, t1);
    b1 = f32x4.ge(b1, t1);
    a2 = f32x4.ge(a2, t2);
    b2 = f32x4.ge(b2, t2);
    a3 = f32x4.ge(a3, t3);
    b3 = f32x4.ge(b3, t3);
    const near0 = v128.or(a0, b0);
    const near1 = v128.or(a1, b1);
    const near2 = v128.or(a2, b2);
    const near3 = v128.or(a3, b3);
    if (v128.any_true(v128.or(v128.or(near0, near1), v128.or(near2, near3)))) {
      if (v128.any_true(near0)) look(mode, queries, first, row, mask(a0, b0));
      if (v128.any_true(near1)) look(mode, queries, first + 1, row, mask(a1, b1));
      if (v128.any_true(near2)) look(mode, queries, first + 2, row, mask(a2, b2));
      if (v128.any_true(near3)) look(mode, queries, first + 3, row, mask(a3, b3));
    }
  }
}

function mask(a: v128, b: v128): i32 {
  return i32x4.bitmask(a) | (i32x4.bitmask(b) << 4);
}

/** Measures the points of a panel whose bits are set. */
function look(mode: i32, queries: usize, slot: usize, firstRow: usize, mask: i32): void {
  const query = <usize>load<i32>(active + slot * FLOAT);
  const x = queries + query * rowBytes;
  let bits = mask;
  while (bits) {
    const row = firstRow + <usize>ctz(bits);
    bits &= bits - 1;
    if (mode === NEAREST) keepNearest(slot, query, row, x);
    else if (mode === FOREIGN) keepShortest(slot, query, row, x);
    else if (mode === COUNT) {
      if (!count(slot, query, row, x)) return;
    } else if (mode === LINK) link(query, row, x);
    else if (mode === ASSIGN) keepAssigned(slot, query, row, x);
  }
}

function keepNearest(slot: usize, query: usize, row: usize, x: usize): void {
  if (load<i32>(ids + query * FLOAT) === <i32>row) return;
  const squared = measure(x, rows + row * rowBytes);
  if (squared >= load<f64>(limits + query * DOUBLE)) return;
  const list = distances + query * neighbours * DOUBLE;
  const names = found + query * neighbours * FLOAT;
  let at = neighbours - 1;
  while (at > 0 && load<f64>(list + (at - 1) * DOUBLE) > squared) {
    store<f64>(list + at * DOUBLE, load<f64>(list + (at - 1) * DOUBLE));
    store<i32>(names + at * FLOAT, load<i32>(names + (at - 1) * FLOAT));
    at--;
  }
  store<f64>(list + at * DOUBLE, squared);
  store<i32>(names + at * FLOAT, <i32>row);
  const limit = load<f64>(list + (neighbours - 1) * DOUBLE);
  store<f64>(limits + query * DOUBLE, limit);
  setThreshold(slot, limit);
}

function keepShortest(slot: usize, query: usize, row: usize, x: usize): void {
  const from = <usize>load<i32>(ids + query * FLOAT);
  const own = <usize>load<i32>(components + from * FLOAT);
  const other = <usize>load<i32>(components + row * FLOAT);
  if (own === other) return;
  const core = max(load<f64>(cores + from * DOUBLE), load<f64>(cores + row * DOUBLE));
  const best = load<f64>(bests + own * DOUBLE);
  if (core >= best) return;
  const weight = max(core, measure(x, rows + row * rowBytes));
  if (weight < load<f64>(bests + other * DOUBLE)) setBest(other, weight, row, from);
  if (weight >= best) return;
  setBest(own, weight, from, row);
  setThreshold(slot, limitOf(FOREIGN, query));
}

function setBest(component: usize, weight: f64, from: usize, to: usize): void {
  store<f64>(bests + component * DOUBLE, weight);
  store<i32>(bestFrom + component * FLOAT, <i32>from);
  store<i32>(bestTo + component * FLOAT, <i32>to);
}

/** False when the query has as many points as it needs. */
function count(slot: usize, query: usize, row: usize, x: usize): bool {
  const limit = load<f64>(limits + query * DOUBLE);
  if (limit < 0) return false;
  if (measure(x, rows + row * rowBytes) > limit) return true;
  const counted = load<i32>(found + query * FLOAT) + 1;
  store<i32>(found + query * FLOAT, counted);
  if (counted < minPoints) return true;
  store<f64>(limits + query * DOUBLE, -1);
  setThreshold(slot, -1);
  return false;
}

function link(query: usize, row: usize, x: usize): void {
  if (load<i32>(components + row * FLOAT) < 0) return;
  const a = find(load<i32>(ids + query * FLOAT));
  const b = find(<i32>row);
  if (a === b || measure(x, rows + row * rowBytes) > load<f64>(limits + query * DOUBLE)) return;
  store<i32>(parents + <usize>max(a, b) * FLOAT, min(a, b));
}

function keepAssigned(slot: usize, query: usize, row: usize, x: usize): void {
  if (load<i32>(components + row * FLOAT) < 0) return;
  const limit = load<f64>(limits + query * DOUBLE);
  const core = load<f64>(cores + row * DOUBLE);
  if (core > limit) return;
  const weight = max(core, measure(x, rows + row * rowBytes));
  if (weight > limit) return;
  const before = load<i32>(found + query * FLOAT);
  if (weight === limit && before >= 0) {
    // Of equally near points the first one as they were given.
    if (load<i32>(originals + <usize>before * FLOAT) < load<i32>(originals + row * FLOAT)) return;
  }
  store<i32>(found + query * FLOAT, <i32>row);
  store<f64>(limits + query * DOUBLE, weight);
  setThreshold(slot, weight);
}
