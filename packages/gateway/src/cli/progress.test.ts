import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgress } from './progress.ts';

/** A stream that keeps what it is told, and a clock that moves with the fake timers. */
function terminal(isTTY: boolean, columns = 100) {
  const written: string[] = [];
  return {
    written,
    progress: createProgress({
      stream: { isTTY, columns, write: (text) => written.push(text) },
      now: () => Date.now(),
    }),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('createProgress', () => {
  it('draws a bar with rate and time left over itself on a terminal', () => {
    const { written, progress } = terminal(true);
    const step = progress.step('Loading', { total: 1_000, unit: 'events' });
    vi.advanceTimersByTime(1_000);
    step.update(250);
    vi.advanceTimersByTime(1_000);
    const [, drawn] = written.at(-1)?.split('\r\u001b[2K') ?? [];
    expect(drawn).toMatch(/^Loading {2}█{6}░{18} 25 % {2}250 of 1,000 events, \d+ events\/s, \d\.\d s left$/);
    step.done('1,000 events');
    expect(written.at(-1)).toBe('\r\u001b[2K✓ Loading: 1,000 events (2.0 s)\n');
    vi.advanceTimersByTime(10_000);
    expect(written.at(-1)).toMatch(/✓/);
  });

  it('writes a plain line now and then elsewhere', () => {
    const { written, progress } = terminal(false);
    const step = progress.step('Loading', { unit: 'events' });
    for (let i = 1; i <= 120; i += 1) {
      vi.advanceTimersByTime(100);
      step.update(i * 10, 2_400);
    }
    step.fail('the gateway went away');
    expect(written).toEqual([
      'Loading …\n',
      expect.stringMatching(/^Loading {2}\d+ % {2}\d+ of 2,400 events, 100 events\/s, \d+ s left\n$/),
      expect.stringMatching(/^Loading {2}\d+ % {2}[\d,]+ of 2,400 events, 100 events\/s, \d+ s left\n$/),
      '✗ Loading: the gateway went away\n',
    ]);
    expect(written.join('')).not.toContain('\u001b');
  });

  it('shows that a step that stands still is alive', () => {
    const { written, progress } = terminal(true);
    progress.step('Placing players');
    const before = written.length;
    vi.advanceTimersByTime(2_000);
    expect(written.length).toBeGreaterThan(before + 5);
  });

  it('never fills more than the width of the terminal', () => {
    const { written, progress } = terminal(true, 40);
    const step = progress.step('A step with a long name', { total: 10, unit: 'players' });
    vi.advanceTimersByTime(500);
    step.update(3);
    vi.advanceTimersByTime(500);
    for (const text of written) expect([...text.replace('\r\u001b[2K', '')].length).toBeLessThan(40);
  });

  it('ends once', () => {
    const { written, progress } = terminal(false);
    const step = progress.step('Loading');
    step.done();
    step.fail('late');
    step.update(5);
    expect(written).toEqual(['Loading …\n', '✓ Loading (0.0 s)\n']);
  });
});
