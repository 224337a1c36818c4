/**
 * Compiles the AssemblyScript kernels and embeds them: `node packages/engine/scripts/build-kernels.ts`.
 * The result is checked in, so that neither an install nor a bundler has to know AssemblyScript;
 * kernels/build.test.ts compiles it again and compares.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const root = new URL('../src/kernels/', import.meta.url);

export type KernelBuild = 'relaxed' | 'simd';
export const kernelBuilds: readonly KernelBuild[] = ['relaxed', 'simd'];

/** The text of `kernels/<build>.gen.ts`. */
export async function buildKernel(build: KernelBuild): Promise<string> {
  const source = await readFile(new URL('assembly/kernels.ts', root), 'utf8');
  let binary: Uint8Array | undefined;
  const features =
    build === 'relaxed' ? ['--enable', 'simd', '--enable', 'relaxed-simd'] : ['--enable', 'simd'];
  const { error, stderr } = await asc.main(
    [
      'kernels.ts',
      '--outFile',
      'kernels.wasm',
      '--runtime',
      'stub',
      '--use',
      'abort=',
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
  if (error) throw new Error(`asc failed on the ${build} build: ${error.message}\n${stderr.toString()}`);
  if (!binary) throw new Error(`asc wrote no ${build} build`);
  const text = Buffer.from(binary).toString('base64');
  return [
    '// Made by scripts/build-kernels.ts from assembly/kernels.ts. Do not edit.',
    `/** ${binary.byteLength} bytes of WebAssembly. */`,
    `export const ${build}Kernel: string =\n  '${text}';`,
    '',
  ].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const build of kernelBuilds) {
    const text = await buildKernel(build);
    await writeFile(new URL(`${build}.gen.ts`, root), text);
    console.log(`${build}.gen.ts`, text.match(/\d+ bytes/)?.[0]);
  }
}
