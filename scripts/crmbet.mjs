// `npm run crmbet -- …`: the crmbet command from this repository, in the folder where npm was called.
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { runChild } from './lib/children.mjs';
import { main } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkRunningNode, node24, toolEnv } from './lib/node24.mjs';
import { root } from './lib/paths.mjs';

await main(async () => {
  checkRunningNode();
  await ensureInstalled({ quiet: true });
  await ensureBuilt({ quiet: true });
  const gateway = join(root, 'packages', 'gateway', 'dist', 'main.js');
  const { code } = await runChild(node24(), [gateway, ...process.argv.slice(2)], {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    env: toolEnv(),
    stdin: true,
    drains: true,
  });
  return code;
});
