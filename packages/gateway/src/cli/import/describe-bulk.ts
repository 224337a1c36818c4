import type { BulkReport } from '../../bulk/run-bulk.ts';

/** The report of a bulk load as lines for a person. */
export function describeBulk(report: BulkReport, reportFile: string): string {
  const { mode, dryRun, quality, drift } = report;
  const counts: [string, number][] = [
    ['lines read', report.read],
    [dryRun ? 'good' : 'accepted', report.accepted],
    ...(mode === 'features'
      ? []
      : ([
          ['duplicates', report.duplicates],
          ['conflicts', report.conflicts],
        ] as const)),
    ['rejected', report.rejected],
  ].map(([name, n]) => [String(name), Number(n)]);
  const width = Math.max(...counts.map(([, n]) => shown(n).length));
  const lines = counts.map(([name, n]) => `  ${name.padEnd(10)}  ${shown(n).padStart(width)}`);
  const speed = report.megabytesPerSecond > 0 ? `, ${report.megabytesPerSecond.toFixed(0)} MB/s` : '';
  lines.push(`  ${report.seconds.toFixed(1)} s, ${shown(Math.round(report.rowsPerSecond))} rows/s${speed}`);
  if (report.rejectsFile !== undefined) {
    lines.push(`  what did not go in, and why: ${report.rejectsFile}`);
    const codes = Object.entries(report.rejectsByCode).sort(([, a], [, b]) => b - a);
    lines.push(...codes.map(([code, n]) => `    ${code} ${shown(n)}`));
  }
  if (quality.looked > 0) lines.push(...describeQuality(report));
  lines.push(
    `  data quality ${report.score} of 100${drift === undefined ? '' : `; ${describeDrift(drift)}`}`,
  );
  lines.push(`  all of it: ${reportFile}`);
  if (dryRun) lines.push('Nothing was written.');
  else if (report.stopped || report.failure !== undefined)
    lines.push('Ended early. The same command again goes on where this one ended, and counts nothing twice.');
  return `${lines.join('\n')}\n`;
}

const shown = (n: number) => n.toLocaleString('en-US');
const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

function describeQuality({ quality, dryRun }: BulkReport): string[] {
  const { looked, players, times, amounts, types, empty } = quality;
  const lines = [`  ${dryRun ? 'of all' : 'of a sample of'} ${shown(looked)} rows:`];
  lines.push(
    `    ${shown(players)} players, from ${times.first?.slice(0, 10) ?? '?'} to ${times.last?.slice(0, 10) ?? '?'}`,
  );
  const commonest = Object.entries(types).sort(([, a], [, b]) => b - a);
  lines.push(
    `    ${commonest
      .slice(0, 6)
      .map(([type, n]) => `${type || '(none)'} ${percent(n / looked)}`)
      .join(', ')}`,
  );
  for (const [name, { least, greatest, quantiles }] of Object.entries(amounts))
    lines.push(
      `    ${name} from ${least} to ${greatest} minor units, half below about ${shown(quantiles.p50)}, 1 in 20 above about ${shown(quantiles.p95)}`,
    );
  const holes = Object.entries(empty).filter(([, share]) => share > 0);
  if (holes.length > 0)
    lines.push(`    empty: ${holes.map(([column, share]) => `${column} ${percent(share)}`).join(', ')}`);
  return lines;
}

function describeDrift({ against, amounts, hours, types }: NonNullable<BulkReport['drift']>): string {
  const said = (index: number) => (index > 0.25 ? 'changed' : index > 0.1 ? 'moved' : 'as before');
  return `against ${against}: amounts ${said(amounts)}, hours ${said(hours)}, types ${said(types)}`;
}
