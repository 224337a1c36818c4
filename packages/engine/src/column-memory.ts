const pageBytes = 65536;

/** So many threads find room of their own beside the columns. */
const mostLanes = 16;

/** For the centroids of a model, a panel of rows, and a few thousand labels. */
const laneBytes = 256 * 1024;

/** Room for one thread: nobody else writes to it. */
export interface LaneRoom {
  readonly start: number;
  readonly bytes: number;
}

/** A WebAssembly memory with columns in it, and room for the kernels that read them there. */
export class ColumnMemory {
  readonly memory: WebAssembly.Memory;
  /** Whether worker threads see it. */
  readonly shared: boolean;
  readonly #free: LaneRoom[] = Array.from({ length: mostLanes }, (_, lane) => ({
    start: lane * laneBytes,
    bytes: laneBytes,
  }));

  constructor(memory: WebAssembly.Memory, shared: boolean) {
    this.memory = memory;
    this.shared = shared;
  }

  /** Undefined where so many threads are at work that there is none left. */
  takeRoom(): LaneRoom | undefined {
    return this.#free.pop();
  }

  /** Only once the thread is done: one that was given up on may still be writing. */
  giveBack(room: LaneRoom): void {
    this.#free.push(room);
  }
}

/** Columns of zeros; ordinary arrays where such a memory cannot be had. */
export function allocateColumns(
  columnCount: number,
  rowCount: number,
): { memory: ColumnMemory | undefined; columns: Float32Array[] } {
  // Whole panels of 8 rows, and 64 bytes more: columns a multiple of 4 KiB apart would share a few cache sets.
  const columnBytes = Math.ceil(rowCount / 8) * 32 + 64;
  const start = mostLanes * laneBytes;
  const pages = Math.ceil((start + columnCount * columnBytes) / pageBytes);
  const shared = canShare();
  const memory = createMemory(pages, shared);
  const columns = Array.from({ length: columnCount }, (_, j) =>
    memory ? new Float32Array(memory.buffer, start + j * columnBytes, rowCount) : new Float32Array(rowCount),
  );
  return { memory: memory && new ColumnMemory(memory, shared), columns };
}

function createMemory(pages: number, shared: boolean): WebAssembly.Memory | undefined {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch {
    // No WebAssembly here, more than its 4 GiB, or more than the machine has.
    return undefined;
  }
}

/** A page may have shared memory only where it is isolated from other origins; Node always may. */
function canShare(): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && globalThis.crossOriginIsolated !== false;
}
