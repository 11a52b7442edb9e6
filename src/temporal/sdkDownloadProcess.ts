/**
 * Run as a process: `sdkDownloadProcess <local|time-skipping> <version> <directory>`. Has the SDK download a server and
 * start it once, because it offers the one only with the other. The last line on stderr says what went wrong.
 */
import { messageOf } from './say.js';

const [, , server, version, downloadDir] = process.argv;
try {
  if (version === undefined || downloadDir === undefined) throw new Error('server, version and directory are needed');
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const options = { server: { executable: { type: 'cached-download', version, downloadDir } } } as const;
  const environment =
    server === 'local'
      ? await TestWorkflowEnvironment.createLocal(options)
      : await TestWorkflowEnvironment.createTimeSkipping(options);
  await environment.teardown();
} catch (error) {
  process.stderr.write(`\n${messageOf(error).replaceAll(/\s+/g, ' ')}\n`);
  process.exitCode = 1;
}
