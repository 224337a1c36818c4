import type { Principal } from '../../auth/principal.ts';
import type { Database } from '../database.ts';

/** Whose read it is: what the same caller wrote has to be in it. */
export type Reader = Pick<Principal, 'tenantId' | 'subject'>;

/** Where reads go that are too large, or too many, for the database that takes the writes. */
export type Reads = {
  /** A read that may lag a little behind what others write, and never behind what the reader wrote. */
  read<T>(reader: Reader, query: (db: Database) => Promise<T>): Promise<T>;
  /** A read that has everything in it that was committed when it began, for work that can wait for a moment. */
  readEverything<T>(query: (db: Database) => Promise<T>): Promise<T>;
  /** To be awaited before a caller is told that it has written. */
  wrote(writer: Reader): Promise<void>;
  /** Whether `wrote` does anything at all. */
  notesWrites: boolean;
  /** How many reads each has answered; undefined where there is no choice. */
  counts: { replica: number; primary: number } | undefined;
  stop(): Promise<void>;
};

/** Without replicas every read is of the one database there is. */
export const primaryOnly = (db: Database): Reads => ({
  read: (_, query) => query(db),
  readEverything: (query) => query(db),
  wrote: async () => {},
  notesWrites: false,
  counts: undefined,
  stop: async () => {},
});
