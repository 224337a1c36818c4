/** What became of rows. */
export type LoadCounts = {
  read: number;
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
  /** Of those read, the ones that SQL left to the exact path. */
  exact: number;
};

export const noLoadCounts = (): LoadCounts => ({
  read: 0,
  accepted: 0,
  duplicates: 0,
  conflicts: 0,
  rejected: 0,
  exact: 0,
});

export function addCounts(into: LoadCounts, more: LoadCounts): void {
  into.read += more.read;
  into.accepted += more.accepted;
  into.duplicates += more.duplicates;
  into.conflicts += more.conflicts;
  into.rejected += more.rejected;
  into.exact += more.exact;
}
