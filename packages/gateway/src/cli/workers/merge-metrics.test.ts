import { Counter, Registry } from '@prometheus-io/client';
import { expect, it } from 'vitest';
import { mergeMetrics } from './merge-metrics.ts';

const pageOf = async (process: string, count: number) => {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  const counter = new Counter({
    name: 'things_total',
    help: 'Things',
    labelNames: ['kind'],
    registers: [registry],
  });
  counter.inc({ kind: 'a' }, count);
  if (process === 'two') new Counter({ name: 'other_total', help: 'Only here', registers: [registry] });
  return await registry.metrics();
};

it('keeps every sample of every process under one head a family', async () => {
  const text = mergeMetrics([await pageOf('one', 3), await pageOf('two', 4)]);
  expect(text).toBe(`# HELP things_total Things
# TYPE things_total counter
things_total{kind="a",process="one"} 3
things_total{kind="a",process="two"} 4

# HELP other_total Only here
# TYPE other_total counter
other_total{process="two"} 0
`);
  expect(mergeMetrics([text])).toBe(text);
});
