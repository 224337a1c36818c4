import { extname } from 'node:path';
import { readLines } from './read-lines.ts';

export type Guess = { format: 'csv' | 'ndjson'; delimiter: string };

const byExtension: Record<string, Partial<Guess>> = {
  '.csv': { format: 'csv' },
  '.tsv': { format: 'csv', delimiter: '\t' },
  '.ndjson': { format: 'ndjson' },
  '.jsonl': { format: 'ndjson' },
};

/** What a file looks like, by its name, and where that does not say, by its first line. */
export async function guess(file: string): Promise<Guess> {
  const named = byExtension[extname(file).toLowerCase()];
  const first = await firstLine(file);
  return {
    format: named?.format ?? (first.trimStart().startsWith('{') ? 'ndjson' : 'csv'),
    delimiter: named?.delimiter ?? commonest(first, [',', ';', '\t']),
  };
}

async function firstLine(file: string): Promise<string> {
  for await (const lines of readLines(file)) {
    const line = lines.find(({ text }) => text.trim() !== '');
    if (line !== undefined) return line.text;
  }
  return '';
}

function commonest(text: string, characters: [string, ...string[]]): string {
  const times = (character: string) => text.split(character).length;
  return characters.reduce(
    (best, character) => (times(character) > times(best) ? character : best),
    characters[0],
  );
}
