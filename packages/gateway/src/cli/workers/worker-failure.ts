/** A process of the gateway could not start: the message is its sentence for the person who started it. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure';
}
