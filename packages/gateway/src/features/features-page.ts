import { featureGroups } from './catalogue.ts';
import type { FeatureDefinition } from './feature-definition.ts';
import { sources } from './sources.ts';

/** docs/features.md, made from the catalogue. */
export function featuresPage(): string {
  const cited = Object.values(sources);
  const mark = (source: FeatureDefinition['source']) =>
    source === null ? '' : `[${cited.indexOf(source) + 1}]`;
  const row = ({ id, unit, window, definition, version, source }: FeatureDefinition) =>
    `| \`${id}\` | ${unit} | ${window} | ${definition} | ${version} | ${mark(source)} |`;
  const tables = featureGroups.map(
    ({ title, features }) =>
      `## ${title}\n\n| id | unit | window | definition | version | source |\n|---|---|---|---|---|---|\n${features.map(row).join('\n')}\n`,
  );
  const literature = cited.map((source, index) => `${index + 1}. ${source}`).join('\n');
  return `${intro}\n${tables.join('\n')}\n## Literature\n\n${literature}\n`;
}

const intro = `# Features

What the gateway knows of each player's behaviour, current to the latest commit. Rules of segments and models refer to features by
id; \`GET /v1/features\` lists them, and \`GET /v1/players/{id}\` gives a player's.

All of them are worked out from sums per player, local day and currency (\`player_day\`) and from a player's lifetime sums and moments
(\`player_state\`), so events that come late, twice or in any order lead to the same values.

- **Windows** are whole days in the tenant's time zone, today included. \`now\` is measured today.
- **Money** is in minor units of the account's currency; what moved in other currencies is left out. Counts are of all currencies.
  A **share** is a part of a whole (0.25 is 25 %), a **ratio** compares two like things (1: no difference).
- A stake counts on the day of the bet, a payout on the day on which the bet is settled. A **losing day** is one whose stakes are more
  than its payouts; *the day after* is the next calendar day, within the window or not.
- A quotient whose divisor is zero is undefined, as are a mean without a day and a deviation or a slope over fewer than two. A condition
  on an undefined feature does not hold.
- The **version** of a feature is raised whenever the same events may give another value than before.

Numbers in the last column point to the literature below that the measure comes from, taken to the grain of a day. They are
measures of behaviour, not diagnoses.

This page is made from \`packages/gateway/src/features/\` by \`npm run contract\`.
`;
