import { writeFileSync } from 'node:fs';
import { featuresPage } from '../src/features/features-page.ts';

/** Writes docs/features.md from the catalogue. `npm run contract` at the root runs this. */
writeFileSync(new URL('../../../docs/features.md', import.meta.url), featuresPage());
