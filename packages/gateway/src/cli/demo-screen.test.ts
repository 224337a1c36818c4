import { describe, expect, it } from 'vitest';
import { checkEvent } from '../ingest/check-event.ts';
import { demoScreen } from './demo-screen.ts';

const demo = { url: 'http://127.0.0.1:8787', folder: '/tmp/x', secretKey: 'sk_a', publishableKey: 'pk_b' };
const eventOn = (screen: string): unknown => JSON.parse(/-d '(.*)'/.exec(screen)?.[1] ?? 'null');

describe('the screen of the demo', () => {
  it('gives an event that is valid, and another at every start', () => {
    const starts = [0, 1000].map((ms) => new Date(Date.now() - ms));
    const events = starts.map((at) => eventOn(demoScreen({ ...demo, hasPages: true }, at)));
    expect(events[0]).not.toEqual(events[1]);
    for (const [index, event] of events.entries()) {
      const checked = checkEvent(event, { now: Date.now() });
      if (!('event' in checked)) throw new Error(JSON.stringify(checked));
      expect(demoScreen({ ...demo, hasPages: true }, starts[index])).toContain(
        `/v1/players/${checked.event.player}\n`,
      );
    }
  });

  it('speaks of a back office only where there is one, and ends with the line for programs', () => {
    const [withPages, without] = [true, false].map((hasPages) => demoScreen({ ...demo, hasPages }));
    expect(withPages).toContain('Back office        http://127.0.0.1:8787\n');
    expect(without?.toLowerCase()).not.toContain('back office');
    expect(without).toContain('http://127.0.0.1:8787/docs');
    for (const screen of [withPages, without])
      expect(screen).toMatch(/\nready http:\/\/127\.0\.0\.1:8787\n$/);
  });
});
