import { EngineError } from '../errors.ts';

/** Beyond this a squared distance may leave float32. */
const largestScaled = 1e15;

/** @throws EngineError `engine_matrix_out_of_range` */
export function checkScaledRange(largest: number): void {
  if (largest <= largestScaled) return;
  throw new EngineError(
    'engine_matrix_out_of_range',
    `A scaled value is ${largest}, beyond ${largestScaled}; distances would overflow. Use a scaling or a transform.`,
    { details: { largest } },
  );
}
