/**
 * Compiles the AssemblyScript kernels and embeds them: `node packages/engine/scripts/build-kernels.ts`.
 * The result is checked in, so that neither an install nor a bundler has to know AssemblyScript;
 * kernels/build.test.ts compiles it again and compares.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const root = new URL('../src/kernels/', import.meta.url);

/** The memory is given to it, so that the same code runs over one that threads share. */
const fromOutside = ['--importMemory', '--maximumMemory', '65536'];

export interface KernelBuild {
  /** The file of assembly/ without its extension. */
  readonly source: 'kernels' | 'neighbours';
  readonly features: 'relaxed' | 'simd';
  /** Of the embedded text. */
  readonly file: string;
  readonly name: string;
}

export const kernelBuilds: readonly KernelBuild[] = [
  { source: 'kernels', features: 'relaxed', file: 'relaxed.gen.ts', name: 'relaxedKernel' },
  { source: 'kernels', features: 'simd', file: 'simd.gen.ts', name: 'simdKernel' },
  {
    source: 'neighbours',
    features: 'relaxed',
    file: 'neighbours-relaxed.gen.ts',
    name: 'relaxedNeighbourKernel',
  },
  { source: 'neighbours', features: 'simd', file: 'neighbours-simd.gen.ts', name: 'simdNeighbourKernel' },
];

/** The text of `kernels/<file>`. */
export async function buildKernel(build: KernelBuild): Promise<string> {
  const path = `assembly/${build.source}.ts`;
  const source = await readFile(new URL(path, root), 'utf8');
  let binary: Uint8Array | undefined;
  const features =
    build.features === 'relaxed' ? ['--enable', 'simd', '--enable', 'relaxed-simd'] : ['--enable', 'simd'];
  const { error, stderr } = await asc.main(
    [
      'kernels.ts',
      '--outFile',
      'kernels.wasm',
      '--runtime',
      'stub',
      '--use',
      'abort=',
      ...(build.source === 'kernels' ? fromOutside : []),
      '-O3',
      '--converge',
      ...features,
    ],
    {
      readFile: (name) => (name === 'kernels.ts' ? source : null),
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm') && typeof contents !== 'string') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`asc failed on ${build.file}: ${error.message}\n${stderr.toString()}`);
  if (!binary) throw new Error(`asc wrote nothing for ${build.file}`);
  const text = Buffer.from(binary).toString('base64');
  return [
    `// Made by scripts/build-kernels.ts from ${path}. Do not edit.`,
    `/** ${binary.byteLength} bytes of WebAssembly. */`,
    `export const ${build.name}: string =\n  '${text}';`,
    '',
  ].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const build of kernelBuilds) {
    const text = await buildKernel(build);
    await writeFile(new URL(build.file, root), text);
    console.log(build.file, text.match(/\d+ bytes/)?.[0]);
  }
}
