/** What the program does when it is started as a sandbox in the background; a process of its own for the tests. */
import { readDaemonArguments, runDaemon } from '../../src/sandbox/daemon/daemon.ts';
import { systemClock } from '../../src/services/clock.ts';
import { sampleDir } from './sandbox.ts';

const [version = '', ...args] = process.argv.slice(2);
const told = readDaemonArguments(args);
if (told === undefined) throw new Error(`not understood: ${args.join(' ')}`);
process.exit(
  await runDaemon({
    ...told,
    clock: systemClock,
    platform: process.platform,
    arch: process.arch,
    version,
    sampleDir,
    nodePath: process.execPath,
    process,
  }),
);
