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

export function assign(
  panels: usize,
  panelCount: usize,
  features: usize,
  centroids: usize,
  halfNorms: usize,
  clusters: usize,
  labels: usize,
): void {
  const rowBytes = features * FLOAT;
  const rowBytes2 = rowBytes * 2;
  const rowBytes3 = rowBytes * 3;
  for (let p: usize = 0; p < panelCount; p++) {
    const panel = panels + p * features * STRIDE;
    let bestA = f32x4.splat(-f32.MAX_VALUE);
    let bestB = bestA;
    let labelA = i32x4.splat(0);
    let labelB = labelA;
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
      const nearerA0 = f32x4.gt(a0, bestA);
      bestA = v128.bitselect(a0, bestA, nearerA0);
      labelA = v128.bitselect(label0, labelA, nearerA0);
      const nearerB0 = f32x4.gt(b0, bestB);
      bestB = v128.bitselect(b0, bestB, nearerB0);
      labelB = v128.bitselect(label0, labelB, nearerB0);
      const label1 = i32x4.splat(<i32>k + 1);
      const nearerA1 = f32x4.gt(a1, bestA);
      bestA = v128.bitselect(a1, bestA, nearerA1);
      labelA = v128.bitselect(label1, labelA, nearerA1);
      const nearerB1 = f32x4.gt(b1, bestB);
      bestB = v128.bitselect(b1, bestB, nearerB1);
      labelB = v128.bitselect(label1, labelB, nearerB1);
      const label2 = i32x4.splat(<i32>k + 2);
      const nearerA2 = f32x4.gt(a2, bestA);
      bestA = v128.bitselect(a2, bestA, nearerA2);
      labelA = v128.bitselect(label2, labelA, nearerA2);
      const nearerB2 = f32x4.gt(b2, bestB);
      bestB = v128.bitselect(b2, bestB, nearerB2);
      labelB = v128.bitselect(label2, labelB, nearerB2);
      const label3 = i32x4.splat(<i32>k + 3);
      const nearerA3 = f32x4.gt(a3, bestA);
      bestA = v128.bitselect(a3, bestA, nearerA3);
      labelA = v128.bitselect(label3, labelA, nearerA3);
      const nearerB3 = f32x4.gt(b3, bestB);
      bestB = v128.bitselect(b3, bestB, nearerB3);
      labelB = v128.bitselect(label3, labelB, nearerB3);
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
      const label0 = i32x4.splat(<i32>k);
      const nearerA0 = f32x4.gt(a0, bestA);
      bestA = v128.bitselect(a0, bestA, nearerA0);
      labelA = v128.bitselect(label0, labelA, nearerA0);
      const nearerB0 = f32x4.gt(b0, bestB);
      bestB = v128.bitselect(b0, bestB, nearerB0);
      labelB = v128.bitselect(label0, labelB, nearerB0);
      const label1 = i32x4.splat(<i32>k + 1);
      const nearerA1 = f32x4.gt(a1, bestA);
      bestA = v128.bitselect(a1, bestA, nearerA1);
      labelA = v128.bitselect(label1, labelA, nearerA1);
      const nearerB1 = f32x4.gt(b1, bestB);
      bestB = v128.bitselect(b1, bestB, nearerB1);
      labelB = v128.bitselect(label1, labelB, nearerB1);
      c += rowBytes;
    }
    v128.store(labels + p * STRIDE, labelA);
    v128.store(labels + p * STRIDE, labelB, 16);
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
