import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { counterNames } from '../ingest/counters.ts';
import { featureById, features } from './catalogue.ts';
import { featuresPage } from './features-page.ts';
import { sources } from './sources.ts';

describe('the catalogue', () => {
  it('holds at least sixty features, each under an id of its own that ends with its window', () => {
    expect(features.length).toBeGreaterThanOrEqual(60);
    expect(featureById.size).toBe(features.length);
    for (const { id, window } of features) {
      expect(id).toMatch(/^[a-z]+(_[a-z0-9]+)*$/);
      expect(id.endsWith(`_${window}`), id).toBe(window !== 'now');
    }
  });

  it('says of each what it is, in one sentence', () => {
    for (const { id, definition, version } of features) {
      expect(definition, id).toMatch(/^[A-Z].{10,}[a-z]$/);
      expect(definition, id).not.toMatch(/,,|\s,|\|/);
      expect(version, id).toBeGreaterThanOrEqual(1);
    }
    expect(new Set(features.map(({ definition }) => definition)).size).toBe(features.length);
  });

  it('cites every source of its list, by author and year', () => {
    const cited = new Set(features.map(({ source }) => source));
    for (const source of Object.values(sources)) {
      expect(cited, source).toContain(source);
      expect(source).toMatch(/^[A-Z].+ \((19|20)\d\d\), .+, .+$/);
    }
  });

  it('reads every counter but those of other pages', () => {
    const read = JSON.stringify(features.map(({ expression }) => expression));
    const unread = counterNames.filter((name) => !read.includes(`"${name}"`));
    expect(unread).toEqual(['events_count', 'bonuses_granted_count']);
  });

  it('is what docs/features.md says (npm run contract writes it)', () => {
    const page = readFileSync(new URL('../../../../docs/features.md', import.meta.url), 'utf8');
    expect(page === featuresPage()).toBe(true);
  });
});
