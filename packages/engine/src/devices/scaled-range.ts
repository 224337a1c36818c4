import { largestScaled, outOfRange } from './partition.ts';

/** @throws EngineError `engine_matrix_out_of_range`, when a squared distance may leave float32 */
export function checkScaledRange(largest: number): void {
  if (!(largest <= largestScaled)) throw outOfRange(largest);
}
