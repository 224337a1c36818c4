import { Counter, type Registry } from '@prometheus-io/client';
import type { Reads } from '../db/replicas/reads.ts';

/** Reads that may be of a replica, by where they went; nothing where there is no replica. */
export function countReads(registry: Registry, { counts }: Reads): void {
  if (counts === undefined) return;
  new Counter({
    name: 'crmbet_reads_total',
    help: 'Reads that a replica may answer, by who answered',
    labelNames: ['from'] as const,
    registers: [registry],
    collect() {
      this.reset();
      this.inc({ from: 'replica' }, counts.replica);
      this.inc({ from: 'primary' }, counts.primary);
    },
  });
}
