import type * as Ort from 'onnxruntime-web';
import { createBreather } from '../breathe.ts';
import { findAdapter, importDawn, loadNodeGpu } from '../devices/gpu-adapter.ts';
import { EngineError, throwIfAborted } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';

/** The only file that loads onnxruntime-web: when it is first needed; whoever calls this installs it. */

export interface OnnxRuntimeOptions {
  /**
   * `cpu`: WebAssembly, the default. `webgpu`: the graphics device, in Node by the package `webgpu`. A model with an operator
   * or a type that the runtime's build for WebGPU does not have, such as trees (`ai.onnx.ml`) or float64, runs on the CPU.
   */
  readonly device?: 'cpu' | 'webgpu' | undefined;
  /** ONNX Runtime's own threads; more than 1 needs SharedArrayBuffer. Takes effect at its first use. Default 1. */
  readonly threads?: number | undefined;
  /** Where ONNX Runtime's .wasm files are served, when not beside its script. */
  readonly wasmPaths?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface OnnxRunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Rows that are done. */
  readonly onProgress?: ((progress: { readonly done: number; readonly rows: number }) => void) | undefined;
}

/** An output for some rows, as the runtime gives it. */
export interface OnnxTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: Ort.Tensor['data'];
}

export interface OnnxSession {
  /** What it really runs on. */
  readonly device: 'cpu' | 'webgpu';
  /** Of the one input. */
  readonly inputType: 'float32' | 'float64';
  readonly outputNames: readonly string[];
  /**
   * Runs batch by batch; between two of them other work gets its turn.
   * @param take is given each wanted output for the rows from `start` on
   */
  run(
    matrix: FeatureMatrix,
    outputs: readonly string[],
    take: (name: string, tensor: OnnxTensor, start: number, rows: number) => void,
    options?: OnnxRunOptions,
  ): Promise<void>;
  /** Must be called once; a session holds memory that no garbage collection frees. */
  release(): Promise<void>;
}

/** What the runtime has to say comes as an error; it would write to the console besides. */
const quiet = { logSeverityLevel: 4 } as const;

/** Rows a run: its intermediate tensors stay small, and it is over within milliseconds. */
const batchRows = 4096;
/** Values a run, for very wide inputs. */
const batchValues = 1 << 20;

/**
 * @throws EngineError (as a rejection) `engine_onnx_runtime_missing`, `engine_onnx_invalid` (the runtime refuses the
 *   file, or it has not one input of floats), `engine_device_unavailable`, `engine_aborted`
 */
export async function openSession(bytes: Uint8Array, options: OnnxRuntimeOptions = {}): Promise<OnnxSession> {
  throwIfAborted(options.signal);
  const opened = await openOn(options.device ?? 'cpu', bytes, options);
  const { ort, session, device } = opened;
  try {
    throwIfAborted(options.signal);
    const [input] = session.inputMetadata;
    const type = input?.isTensor ? input.type : undefined;
    if (!input || session.inputNames.length !== 1 || (type !== 'float32' && type !== 'float64'))
      throw failure('The model must have one input, float32 or float64.', undefined);
    return createSession(ort, session, input.name, type, device);
  } catch (error) {
    await inTurn(device, () => session.release());
    throw error;
  }
}

interface Opened {
  readonly ort: typeof Ort;
  readonly session: Ort.InferenceSession;
  readonly device: 'cpu' | 'webgpu';
}

async function openOn(
  device: 'cpu' | 'webgpu',
  bytes: Uint8Array,
  options: OnnxRuntimeOptions,
): Promise<Opened> {
  const ort = await loadRuntime(device, options);
  try {
    const session = await inTurn(device, () =>
      ort.InferenceSession.create(bytes, {
        executionProviders: [device === 'webgpu' ? 'webgpu' : 'wasm'],
        ...quiet,
      }),
    );
    return { ort, session, device };
  } catch (cause) {
    // The build for WebGPU leaves out operators that the other one has; what neither can load fails there.
    if (device === 'webgpu') return openOn('cpu', bytes, options);
    throw failure('ONNX Runtime cannot load the model.', cause);
  }
}

function createSession(
  ort: typeof Ort,
  session: Ort.InferenceSession,
  input: string,
  inputType: 'float32' | 'float64',
  device: 'cpu' | 'webgpu',
): OnnxSession {
  return {
    device,
    inputType,
    outputNames: session.outputNames,
    release: () => inTurn(device, () => session.release()),
    async run(matrix, outputs, take, { signal, onProgress } = {}) {
      const breathe = createBreather(signal);
      const rows = matrix.rowCount;
      const step = Math.max(1, Math.min(batchRows, Math.floor(batchValues / matrix.columnCount)));
      for (let start = 0; start < rows; start += step) {
        await breathe();
        const end = Math.min(start + step, rows);
        const shape = [end - start, matrix.columnCount];
        const values = rowMajor(matrix, start, end);
        const feeds = {
          [input]:
            inputType === 'float32'
              ? new ort.Tensor('float32', values, shape)
              : new ort.Tensor('float64', Float64Array.from(values), shape),
        };
        const found = await inTurn(device, () => session.run(feeds, [...outputs], quiet)).catch(
          (cause: unknown) => {
            throw failure('ONNX Runtime cannot run the model on this matrix.', cause);
          },
        );
        for (const name of outputs) {
          const tensor = found[name];
          if (!tensor) throw failure(`The model gives no output "${name}".`, undefined);
          const { type, dims } = tensor;
          take(name, { type, dims, data: await tensor.getData(true) }, start, end - start);
        }
        onProgress?.({ done: end, rows });
      }
      throwIfAborted(signal);
    },
  };
}

/** The runtime's graphics back end does one thing at a time, over all of its sessions. */
let lastTurn: Promise<unknown> = Promise.resolve();

function inTurn<T>(device: 'cpu' | 'webgpu', work: () => Promise<T>): Promise<T> {
  if (device === 'cpu') return work();
  const turn = lastTurn.then(work, work);
  lastTurn = turn;
  return turn;
}

async function loadRuntime(device: 'cpu' | 'webgpu', options: OnnxRuntimeOptions): Promise<typeof Ort> {
  if (device === 'webgpu') await provideGpu();
  let ort: typeof Ort;
  try {
    ort = device === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web');
  } catch (cause) {
    throw new EngineError('engine_onnx_runtime_missing', 'Install onnxruntime-web to run ONNX models.', {
      cause,
    });
  }
  if (options.wasmPaths !== undefined) ort.env.wasm.wasmPaths = options.wasmPaths;
  ort.env.wasm.numThreads = options.threads ?? 1;
  return ort;
}

/**
 * The runtime takes its device from `navigator.gpu`, and WebGPU's constants from the global scope, as in a browser. Node has
 * neither: there it gets what our own kernels run on.
 */
async function provideGpu(): Promise<void> {
  const found = await findAdapter();
  if ('missing' in found) {
    throw new EngineError('engine_device_unavailable', `WebGPU cannot be had: ${found.missing}.`, {
      details: { device: 'webgpu' },
    });
  }
  const gpu = globalThis.navigator.gpu ?? (await loadNodeGpu());
  if (gpu !== globalThis.navigator.gpu) {
    Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  }
  if (!('GPUBufferUsage' in globalThis)) {
    Object.assign(globalThis, (await importDawn()).globals);
  }
}

function failure(message: string, cause: unknown): EngineError {
  return new EngineError('engine_onnx_invalid', message, cause === undefined ? {} : { cause });
}

function rowMajor(matrix: FeatureMatrix, start: number, end: number): Float32Array {
  const width = matrix.columnCount;
  const values = new Float32Array((end - start) * width);
  matrix.columns().forEach((column, j) => {
    for (let i = start; i < end; i++) values[(i - start) * width + j] = column[i] ?? Number.NaN;
  });
  return values;
}
