import type { LaneCalls, LaneMethod } from '../devices/calls.ts';
import type { KernelChoice } from '../devices/select.ts';
import type { EngineErrorCode, EngineErrorDetails } from '../errors.ts';
import type { KernelDevice } from '../kernels/kernel.ts';
import type { SearchCalls, SearchMethod } from '../neighbours/calls.ts';

/**
 * Messages between a client and its worker. Every request carries an id and is answered once with the same id, in
 * whatever order. A session is one computation's rows in that worker.
 */
export type Request =
  | { readonly id: number; readonly type: 'open'; readonly device: KernelChoice }
  | {
      [M in LaneMethod]: {
        readonly id: number;
        readonly type: 'call';
        readonly session: number;
        readonly method: M;
        readonly input: LaneCalls[M]['input'];
      };
    }[LaneMethod]
  | {
      [M in SearchMethod]: {
        readonly id: number;
        readonly type: 'search';
        readonly session: number;
        readonly method: M;
        readonly input: SearchCalls[M]['input'];
      };
    }[SearchMethod]
  | { readonly id: number; readonly type: 'release'; readonly session: number };

export type Response =
  | { readonly id: number; readonly ok: true; readonly value: ResponseValue }
  | { readonly id: number; readonly ok: false; readonly error: WireError };

export type ResponseValue =
  | { readonly device: KernelDevice }
  | LaneCalls[LaneMethod]['output']
  | SearchCalls[SearchMethod]['output']
  | null;

export interface WireError {
  readonly code: EngineErrorCode;
  readonly message: string;
  readonly details: EngineErrorDetails;
}

/** A Node worker's or a browser worker's end of the line. */
export interface Port {
  post(message: unknown, transfer: ArrayBuffer[]): void;
}
