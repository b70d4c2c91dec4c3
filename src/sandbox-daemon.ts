import process from 'node:process';
import { readDaemonArguments, runDaemon } from './sandbox/daemon/daemon.ts';
import { closeInherited } from './sandbox/daemon/inherited.ts';
import { systemClock } from './services/clock.ts';
import { revision, sampleFolder } from './start/package-info.ts';

/** Composition root of the sandbox in the background; started by `sandbox/daemon/start-daemon.ts`. */
closeInherited();
const asked = readDaemonArguments(process.argv.slice(2));
if (asked === undefined) {
  process.stderr.write('This is the sandbox of ccwb-tui; start it with: ccwb-tui sandbox serve\n');
  process.exit(2);
}
process.exit(
  await runDaemon({
    ...asked,
    process,
    clock: systemClock,
    platform: process.platform,
    arch: process.arch,
    version: revision,
    sampleDir: sampleFolder,
    nodePath: process.execPath,
  }),
);
