/**
 * What can be asked of one thread's index of the points; all of it can be posted to a worker. Rows are named by their
 * place in the order of the leaves. Weights and distances are squared.
 */
export interface SearchCalls {
  /** Keeps the points and forgets what was there; `pack` has to follow for every leaf. */
  load: {
    input: {
      /** float32, row after row, `stride` a row: features filled up to a multiple of 4 with zeros. */
      readonly rows: Float32Array;
      /** Where each row stood before it was put in order. */
      readonly originals: Int32Array;
      readonly features: number;
      readonly leafRows: number;
      /** Neighbours that `nearest` gives. */
      readonly neighbours: number;
    };
    output: null;
  };
  /** Puts the rows of some leaves where they are searched. */
  pack: {
    input: { readonly firstLeaf: number; readonly endLeaf: number };
    output: null;
  };
  /** The nearest other points of the rows of some leaves, nearest first; Infinity and -1 where there are too few. */
  nearest: {
    input: { readonly firstLeaf: number; readonly endLeaf: number };
    output: { readonly distances: Float64Array; readonly found: Int32Array };
  };
  /** Number of points within `limit`, itself one of them, of the rows of some leaves; none above `minPoints`. */
  count: {
    input: {
      readonly firstLeaf: number;
      readonly endLeaf: number;
      readonly limit: number;
      readonly minPoints: number;
    };
    output: { readonly counts: Int32Array };
  };
  /** A component and a squared core distance for each row; a component below 0 leaves the row out. */
  mark: {
    input: { readonly components: Int32Array; readonly cores: Float64Array };
    output: null;
  };
  /** Joins the rows of some leaves to every row within `limit`; both must have a component. */
  link: {
    input: { readonly firstLeaf: number; readonly endLeaf: number; readonly limit: number };
    output: null;
  };
  /** What `link` joined: each row's parent, a root its own. */
  trees: { input: null; output: { readonly parents: Int32Array } };
  /** Sets the weight below which an edge of each component is wanted, by the component's number. */
  seek: { input: { readonly bests: Float64Array }; output: null };
  /** For each 64 of these rows: a lower bound of their distance to another component. */
  promises: { input: { readonly queries: Int32Array }; output: { readonly bounds: Float64Array } };
  /**
   * Looks for shorter edges out of these rows' components. `reach`, a row each: no point of another component is
   * nearer.
   */
  foreign: { input: { readonly queries: Int32Array }; output: { readonly reach: Float64Array } };
  /** The shortest edge of each component that `foreign` has found since `seek`. */
  edges: {
    input: null;
    output: { readonly bests: Float64Array; readonly from: Int32Array; readonly to: Int32Array };
  };
  /**
   * For points that need not be in the index (`stride` float32 each): the row of least max(distance, core distance)
   * up to `limit`, among those with a component; -1 where there is none.
   */
  assign: {
    input: { readonly queries: Float32Array; readonly limit: number };
    output: { readonly found: Int32Array; readonly weights: Float64Array };
  };
  /** For such points: the distance of the last of the `neighbours` nearest rows. */
  radius: {
    input: { readonly queries: Float32Array };
    output: { readonly distances: Float64Array };
  };
}

export type SearchMethod = keyof SearchCalls;

export type SearchHandlers = {
  readonly [M in SearchMethod]: (input: SearchCalls[M]['input']) => SearchCalls[M]['output'];
};

/** A thread that holds an index: this one, or a worker. */
export interface SearchLane {
  call<M extends SearchMethod>(
    method: M,
    input: SearchCalls[M]['input'],
    transfer?: ArrayBuffer[],
  ): Promise<SearchCalls[M]['output']>;
  /** Forgets the points. */
  release(): void;
}
