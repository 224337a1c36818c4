import type { Transport } from '../core/transport.ts';
import { JobFailedError } from '../errors.ts';
import { path } from '../internal/path.ts';
import { sleep } from '../internal/sleep.ts';
import type { Job, RequestOptions } from '../types.ts';

export type WaitOptions = {
  signal?: AbortSignal | undefined;
  /** Called with every answer, the last included. */
  onProgress?: ((job: Job) => void) | undefined;
  /** Milliseconds between two looks; 1,000. */
  pollMs?: number | undefined;
};

export class Jobs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get(id: string, options: RequestOptions = {}): Promise<Job> {
    return this.#transport.request({ method: 'GET', path: path`/v1/jobs/${id}`, ...options });
  }

  cancel(id: string, options: RequestOptions = {}): Promise<Job> {
    return this.#transport.request({ method: 'POST', path: path`/v1/jobs/${id}/cancel`, ...options });
  }

  /**
   * Looks at the job until it has succeeded.
   *
   * @throws {JobFailedError} it failed or was cancelled
   * @throws {AbortedError} the signal ended the wait; the job goes on
   */
  async wait(id: string, { signal, onProgress, pollMs = 1_000 }: WaitOptions = {}): Promise<Job> {
    while (true) {
      const job = await this.get(id, { signal });
      onProgress?.(job);
      if (job.state === 'succeeded') return job;
      if (job.state === 'failed' || job.state === 'cancelled') throw new JobFailedError(job);
      await sleep(pollMs, signal);
    }
  }
}
