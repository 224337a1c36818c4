export { type CollectedColumns, type CollectOptions, collectColumns } from './collect-columns.ts';
export { type ColumnBatch, readColumns } from './read-columns.ts';
