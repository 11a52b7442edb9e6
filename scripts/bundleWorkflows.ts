// Bundles the workflows once, as every worker otherwise does when it starts, and writes dist/workflows.js.
// A workflow that imports what it must not (a Node.js built-in, the client) fails here.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const root = process.cwd();
const { code } = await bundleWorkflowCode({
  workflowsPath: join(root, 'src/workflows/index.ts'),
  logger: new DefaultLogger('WARN'),
});
await mkdir(join(root, 'dist'), { recursive: true });
await writeFile(join(root, 'dist/workflows.js'), code);
console.log(`dist/workflows.js: ${Math.round(code.length / 1024)} KiB`);
