/**
 * The smallest box around some rows and their mean, into `box`: low corner, high corner, mean.
 * Returns a distance from the mean beyond which no row is.
 */
export function surround(rows: Float32Array, stride: number, box: Float32Array): number {
  const count = rows.length / stride;
  const sums = new Float64Array(stride);
  box.set(rows.subarray(0, stride));
  box.set(rows.subarray(0, stride), stride);
  for (let at = 0; at < rows.length; at += stride) {
    for (let j = 0; j < stride; j++) {
      const value = rows[at + j] ?? 0;
      sums[j] = (sums[j] ?? 0) + value;
      if (value < (box[j] ?? 0)) box[j] = value;
      if (value > (box[stride + j] ?? 0)) box[stride + j] = value;
    }
  }
  for (let j = 0; j < stride; j++) box[2 * stride + j] = (sums[j] ?? 0) / count;
  let farthest = 0;
  for (let at = 0; at < rows.length; at += stride) {
    let squared = 0;
    for (let j = 0; j < stride; j++) squared += ((rows[at + j] ?? 0) - (box[2 * stride + j] ?? 0)) ** 2;
    farthest = Math.max(farthest, squared);
  }
  return Math.sqrt(farthest) * (1 + 2 ** -20);
}
