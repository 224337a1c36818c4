import { type FileHandle, open, rm } from 'node:fs/promises';
import { ImportFailure } from './failure.ts';
import type { Reject } from './row.ts';

const longestRaw = 10_000;

/** `FILE.rejects.ndjson`: one line for each line that did not go in. Comes into being with the first. */
export class RejectsFile {
  readonly path: string;
  count = 0;
  readonly byCode = new Map<string, number>();
  #file: FileHandle | undefined;

  constructor(imported: string) {
    this.path = `${imported}.rejects.ndjson`;
  }

  async add(rejects: Reject[]): Promise<void> {
    if (rejects.length === 0) return;
    for (const { code } of rejects) this.byCode.set(code, (this.byCode.get(code) ?? 0) + 1);
    this.count += rejects.length;
    const lines = rejects.map(({ line, code, reason, raw }) =>
      JSON.stringify({ line, code, reason, raw: raw.slice(0, longestRaw) }),
    );
    try {
      this.#file ??= await open(this.path, 'w');
      await this.#file.appendFile(`${lines.join('\n')}\n`);
    } catch (error) {
      throw new ImportFailure(
        `${this.path} cannot be written (${error instanceof Error ? error.message : error}).`,
      );
    }
  }

  /** @param complete the whole file was read, so a rejects file of an earlier run is out of date */
  async close(complete: boolean): Promise<void> {
    await this.#file?.close();
    if (complete && this.count === 0) await rm(this.path, { force: true });
  }
}
