import { Progress } from '../consume/progress.ts';
import type { Position } from './kafka-connection.ts';

const commitEveryMs = 500;

/**
 * The offsets of one assignment: of each partition the one behind the last message up to which everything is stored, committed now
 * and then. What is stored and not committed comes again after a crash, and is a duplicate.
 */
export class OffsetCommits {
  readonly #commit: (positions: readonly Position[]) => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  readonly #partitions = new Map<string, { progress: Progress<Position>; committed: Position | undefined }>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    commit: (positions: readonly Position[]) => Promise<void>,
    onFailure: (error: unknown) => void,
  ) {
    this.#commit = commit;
    this.#onFailure = onFailure;
  }

  /** @returns to be called when the message has been stored */
  begin({ topic, partition, offset, leaderEpoch }: Position): () => void {
    const key = `${topic}/${partition}`;
    let entry = this.#partitions.get(key);
    if (entry === undefined) {
      entry = { progress: new Progress(), committed: undefined };
      this.#partitions.set(key, entry);
    }
    const done = entry.progress.begin({ topic, partition, offset: offset + 1n, leaderEpoch });
    return () => {
      done();
      this.#timer ??= setTimeout(() => void this.flush(), commitEveryMs);
    };
  }

  /** Commits what is stored by now. A commit that fails is repeated with the next: the offsets only grow. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // One at a time, so that an older offset never overtakes a newer one.
    this.#running = this.#running.then(() => this.#commitReached());
    return this.#running;
  }

  async #commitReached(): Promise<void> {
    const due = [...this.#partitions.values()].flatMap((entry) => {
      const { reached } = entry.progress;
      return reached === undefined || reached === entry.committed ? [] : [{ entry, reached }];
    });
    if (due.length === 0) return;
    try {
      await this.#commit(due.map(({ reached }) => reached));
      for (const { entry, reached } of due) entry.committed = reached;
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
