import { neverChosen } from '../kernels/kernel.ts';
import { assignShader, stepShader } from '../kernels/wgsl/assign.ts';
import { measureShader } from '../kernels/wgsl/measure.ts';
import { packShader } from '../kernels/wgsl/pack.ts';
import { mostCandidates, potentialShader } from '../kernels/wgsl/potential.ts';
import {
  centroidFloats,
  centroidIndex,
  type KernelShape,
  shapeFor,
  totalWords,
  uniformCentroidBytes,
} from '../kernels/wgsl/shape.ts';
import type { Scaling } from '../scaling.ts';
import { type BufferPart, type GpuContext, usage } from './gpu-context.ts';

export type GpuKernelName = 'pack' | 'assign' | 'step' | 'measure' | 'potential';

const shaders: Readonly<Record<GpuKernelName, (shape: KernelShape) => string>> = {
  pack: () => packShader,
  assign: assignShader,
  step: stepShader,
  measure: () => measureShader,
  potential: () => potentialShader,
};

/** The small buffers that all slices share. */
interface Tables {
  readonly centroids: GPUBuffer;
  readonly scaling: GPUBuffer;
  readonly candidates: GPUBuffer;
  readonly totals: GPUBuffer;
}

/** The kernels for one number of features and clusters, and the buffers that do not grow with the rows. */
export class GpuKernels {
  readonly context: GpuContext;
  readonly features: number;
  readonly clusters: number;
  readonly tables: Tables;
  readonly #shape: KernelShape;

  private constructor(
    context: GpuContext,
    features: number,
    clusters: number,
    shape: KernelShape,
    tables: Tables,
  ) {
    this.context = context;
    this.features = features;
    this.clusters = clusters;
    this.#shape = shape;
    this.tables = tables;
  }

  /** @throws EngineError `engine_device_out_of_memory` (as a rejection), and what the device failed of */
  static async open(context: GpuContext, features: number, clusters: number): Promise<GpuKernels> {
    const shape = shapeFor(features, clusters, context.limits.workgroupBytes);
    const table = usage.storage | usage.copyTarget;
    const tables = await context.allocate({
      centroids: shape.uniformCentroids
        ? { bytes: uniformCentroidBytes, usage: table | usage.uniform }
        : { bytes: centroidFloats(features, clusters) * 4, usage: table },
      scaling: { bytes: features * 16, usage: table },
      candidates: { bytes: mostCandidates * features * 4, usage: table },
      totals: { bytes: totalWords(features, clusters) * 4, usage: table | usage.copySource },
    });
    return new GpuKernels(context, features, clusters, shape, tables);
  }

  pipeline(name: GpuKernelName): Promise<GPUComputePipeline> {
    return this.context.pipeline(shaders[name](this.#shape));
  }

  setScaling(scaling: Scaling): void {
    const columns = new Float32Array(this.features * 4);
    for (let j = 0; j < this.features; j++) {
      columns.set([scaling.fill[j] ?? 0, scaling.center[j] ?? 0, scaling.factor[j] ?? 0], j * 4);
    }
    this.context.write(this.tables.scaling, 0, columns);
  }

  setCentroids(centroids: Float32Array): void {
    const { features, clusters } = this;
    const table = new Float32Array(centroidFloats(features, clusters));
    const padded = Math.ceil(table.length / (features + 1));
    for (let k = 0; k < padded; k++) {
      let square = 0;
      for (let j = 0; k < clusters && j < features; j++) {
        const value = centroids[k * features + j] ?? 0;
        table[centroidIndex(features, clusters, k, j)] = value;
        square += value ** 2;
      }
      table[centroidIndex(features, clusters, k, features)] = k < clusters ? -square / 2 : -neverChosen;
    }
    this.context.write(this.tables.centroids, 0, table);
  }

  /** @param centers candidates × features, at most `mostCandidates` */
  setCandidates(centers: Float32Array): void {
    this.context.write(this.tables.candidates, 0, centers);
  }

  /** Sums and counts, as the step writes them. */
  get totals(): BufferPart {
    return { buffer: this.tables.totals, bytes: totalWords(this.features, this.clusters) * 4 };
  }

  release(): void {
    this.context.release(Object.values(this.tables));
  }
}
