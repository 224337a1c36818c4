import { EngineError } from '../errors.ts';

/** Beyond this a squared distance may leave float32. */
const largestScaled = 1e15;

/**
 * @param largest value after scaling, of either sign
 * @throws EngineError `engine_matrix_out_of_range`, when a squared distance may leave float32
 */
export function checkScaledRange(largest: number): void {
  if (Math.abs(largest) <= largestScaled) return;
  throw new EngineError(
    'engine_matrix_out_of_range',
    `A scaled value is ${largest}, beyond ${largestScaled}; distances would overflow. Use a scaling or a transform.`,
    { details: { largest } },
  );
}
