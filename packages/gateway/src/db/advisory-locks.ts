/** The numbers by which gateways keep out of each other's way, all of them here; such as no other program is likely to lock by. */
export const advisoryLocks = {
  /** Held while the schema is brought up to date. */
  migrations: 7_263_412_001,
  /** Held while a partition is made, and while it is decided that a time will never have one again. */
  partitions: 7_263_412_002,
  /** Held for each step of retiring data: one gateway at a time. */
  retention: 7_263_412_003,
  /** Held by the process that keeps the segments, as long as it does. */
  segments: 7_263_412_004,
} as const;
