// `npm start`: installs and builds what is missing, then runs the demo until it is told to end.
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { runChild } from './lib/children.mjs';
import { main } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkRunningNode, node24, toolEnv } from './lib/node24.mjs';
import { root } from './lib/paths.mjs';

await main(async () => {
  checkRunningNode();
  await ensureInstalled();
  await ensureBuilt();
  const gateway = join(root, 'packages', 'gateway', 'dist', 'main.js');
  const site = join(root, 'examples', 'back-office', 'server.ts');
  const { code } = await runChild(node24(), [gateway, 'demo', '--site', site, ...process.argv.slice(2)], {
    cwd: root,
    env: toolEnv(),
    drains: true,
  });
  return code;
});
