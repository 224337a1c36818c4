import type { ImportReport } from './run-import.ts';

/** The report as lines for a person. */
export function describeReport(report: ImportReport): string {
  const counts: [string, number][] = [
    ['lines read', report.read],
    ['accepted', report.accepted],
    ['duplicates', report.duplicates],
    ['conflicts', report.conflicts],
    ['rejected', report.rejected],
  ];
  const width = Math.max(...counts.map(([, n]) => shown(n).length));
  const lines = counts.map(([name, n]) => `  ${name.padEnd(10)}  ${shown(n).padStart(width)}`);
  lines.push(`  ${report.seconds.toFixed(1)} s, ${shown(Math.round(report.rowsPerSecond))} rows/s`);
  if (report.rejectsFile !== undefined) {
    const codes = Object.entries(report.rejectsByCode).sort(([, a], [, b]) => b - a);
    lines.push(`  what did not go in, and why: ${report.rejectsFile}`);
    lines.push(...codes.map(([code, n]) => `    ${code} ${shown(n)}`));
  }
  if (report.stopped || report.failure !== undefined) {
    lines.push(
      'Ended early. What is counted above is stored; the same command again goes on, and counts nothing twice.',
    );
  }
  return `${lines.join('\n')}\n`;
}

const shown = (n: number) => n.toLocaleString('en-US');

/** 0: all is in. 2: some lines were refused. 1: the import failed. 130: it was interrupted, as shells have it. */
export function exitCodeOf({ failure, stopped, rejected, conflicts }: ImportReport): number {
  if (stopped) return 130;
  if (failure !== undefined) return 1;
  return rejected + conflicts > 0 ? 2 : 0;
}
