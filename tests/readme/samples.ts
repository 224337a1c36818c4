export type Sample = { readonly name: string; readonly language: string; readonly code: string };

/**
 * The fenced blocks of a Markdown text that have `<!-- test: name -->` on the line above.
 * @throws Error for a name that stands twice, or for a mark without a block
 */
export function samplesOf(markdown: string): Sample[] {
  const samples: Sample[] = [];
  for (const mark of markdown.matchAll(/^<!-- test: (\S+) -->$/gm)) {
    const [line, name = ''] = mark;
    const rest = markdown.slice(mark.index + line.length);
    const block = /^\r?\n```(\w+)\r?\n([\s\S]*?)^```\s*$/m.exec(rest);
    if (block?.index !== 0) throw new Error(`There is no block below "${line}".`);
    if (samples.some((sample) => sample.name === name)) throw new Error(`Two samples are called "${name}".`);
    const [, language = '', code = ''] = block;
    samples.push({ name, language, code });
  }
  return samples;
}
