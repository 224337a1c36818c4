/**
 * Which weight comes first, second, and so on; equal ones as they stand. The bits of floats that are not negative order
 * as integers do, so four passes over 16 bits each sort them.
 */
export function orderOfWeights(weights: Float64Array): Int32Array {
  const words = new Uint16Array(weights.buffer, weights.byteOffset, weights.length * 4);
  let order = Int32Array.from({ length: weights.length }, (_, i) => i);
  let next = new Int32Array(weights.length);
  const places = new Int32Array(65537);
  for (let word = 0; word < 4; word++) {
    places.fill(0);
    for (let i = 0; i < weights.length; i++) {
      const key = words[i * 4 + word] ?? 0;
      places[key + 1] = (places[key + 1] ?? 0) + 1;
    }
    for (let key = 0; key < 65536; key++) places[key + 1] = (places[key + 1] ?? 0) + (places[key] ?? 0);
    for (let i = 0; i < order.length; i++) {
      const edge = order[i] ?? 0;
      const key = words[edge * 4 + word] ?? 0;
      const place = places[key] ?? 0;
      next[place] = edge;
      places[key] = place + 1;
    }
    [order, next] = [next, order];
  }
  return order;
}
