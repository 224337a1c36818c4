/**
 * One page of metrics from the pages of several processes, each of whose samples names its process by a label: what a scrape
 * gets is the same from whichever process it asks. Samples are not added up: a process that is replaced begins at zero again,
 * which a sum would hide from Prometheus.
 */
export function mergeMetrics(pages: readonly string[]): string {
  const families = new Map<string, { head: string[]; samples: string[] }>();
  for (const page of pages) {
    let family: { head: string[]; samples: string[] } | undefined;
    let isNew = false;
    for (const line of page.split('\n')) {
      const [, what, name = ''] = /^# (HELP|TYPE) (\S+)/.exec(line) ?? [];
      if (what === 'HELP') {
        isNew = !families.has(name);
        family = families.get(name) ?? { head: [], samples: [] };
        families.set(name, family);
      }
      if (family === undefined || line.trim() === '' || line === '# EOF') continue;
      if (!line.startsWith('#')) family.samples.push(line);
      else if (isNew) family.head.push(line);
    }
  }
  return `${[...families.values()].map(({ head, samples }) => [...head, ...samples].join('\n')).join('\n\n')}\n`;
}
