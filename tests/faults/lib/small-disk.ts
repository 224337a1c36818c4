import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Skip } from './run.ts';

const run = promisify(execFile);

/** A disk of its own, so small that it can be filled. In memory: what is asked here is what happens when it is full. */
export class SmallDisk {
  readonly path: string;
  readonly #ballast: string;

  private constructor(path: string) {
    this.path = path;
    this.#ballast = join(path, 'ballast');
  }

  static async mount(path: string, megabytes: number): Promise<SmallDisk> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      throw new Skip('a disk that can be filled is mounted as root on Linux only');
    await mkdir(path);
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', path]).catch(
      async (error: unknown) => {
        await rm(path, { recursive: true });
        throw new Skip(`a small disk cannot be mounted here (${String(error).split('\n')[0]})`);
      },
    );
    await chmod(path, 0o755);
    return new SmallDisk(path);
  }

  async freeMegabytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.path);
    return (bavail * bsize) / 2 ** 20;
  }

  /** Leaves no more than this free. */
  async fill(leaveMegabytes: number): Promise<void> {
    const free = await this.freeMegabytes();
    await writeFile(
      this.#ballast,
      Buffer.alloc(Math.max(0, Math.floor((free - leaveMegabytes) * 2 ** 20)), 1),
    );
  }

  async makeRoom(): Promise<void> {
    await rm(this.#ballast, { force: true });
  }

  async unmount(): Promise<void> {
    // Lazily: a process that is just ending may still hold a file.
    await run('umount', ['-l', this.path]);
    await rm(this.path, { recursive: true, force: true });
  }
}
