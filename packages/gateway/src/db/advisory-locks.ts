/** The numbers by which gateways keep out of each other's way; any that no other program is likely to lock by. */
export const advisoryLocks = {
  /** Held while a partition is made, and while it is decided that a time will never have one again. */
  partitions: 7_263_412_002,
  /** Held for each step of retiring data: one gateway at a time. */
  retention: 7_263_412_003,
} as const;
