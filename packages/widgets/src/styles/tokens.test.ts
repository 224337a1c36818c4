import { describe, expect, it } from 'vitest';
import { colours } from '../charts/cluster-colour.ts';
import { tokens } from './tokens.ts';

/** The light and the dark colour of a token. */
function pair(name: string): [light: string, dark: string] {
  const [, light = '', dark = ''] =
    new RegExp(`--_${name}:[^;]*light-dark\\((#\\w+), (#\\w+)\\)`).exec(tokens.cssText) ?? [];
  return [light, dark];
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const themes = [
  ['light', 0],
  ['dark', 1],
] as const;

describe.each(themes)('the tokens, %s', (_name, theme) => {
  const of = (name: string) => pair(name)[theme];

  it('has text that can be read on every ground (4.5:1)', () => {
    for (const ground of ['bg', 'sunken', 'hover', 'selected']) {
      for (const ink of ['text', 'muted', 'accent', 'bad']) {
        expect(contrast(of(ink), of(ground)), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast('#ffffff', of('danger'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(4.5);
  });

  it('has marks and controls that can be seen (3:1)', () => {
    const clusters = Array.from({ length: colours }, (_, index) => `c${index}`);
    for (const mark of ['control', 'good', ...clusters]) {
      expect(contrast(of(mark), of('bg')), mark).toBeGreaterThanOrEqual(3);
    }
    expect(new Set(clusters.map(of)).size).toBe(colours);
  });
});
