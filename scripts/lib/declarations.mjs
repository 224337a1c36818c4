import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './hash.mjs';

/**
 * TypeScript rewrites `./x.ts` to `./x.js` in what it emits as JavaScript, not in declarations, where only a consumer
 * who allows `.ts` imports resolves it. Lines stay where they are, so the maps of declarations stay true.
 * @param {string} folder
 */
export function rewriteSpecifiers(folder) {
  for (const name of filesBelow(folder).filter((file) => file.endsWith('.d.ts'))) {
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8');
    const rewritten = text.replace(
      /((?:from|import|import\()\s*['"]\.{1,2}\/[^'"\n]*?)\.ts(['"])/g,
      '$1.js$2',
    );
    if (rewritten !== text) writeFileSync(file, rewritten);
  }
}
