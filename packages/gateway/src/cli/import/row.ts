/** One record of a file, before it is an event. */
export type Row = {
  /** Where it begins in the file, from 1, the header included. */
  line: number;
  /** The text as in the file. */
  raw: string;
  /** What makes two rows equal: the values, whatever stands between them. */
  content: string;
  /** The value under a name; undefined where there is none. */
  get(name: string): unknown;
};

/** Why a line did not go in. */
export type Reject = { line: number; code: string; reason: string; raw: string };

export type RowOrReject = { row: Row } | { reject: Reject };
