import { fileURLToPath } from 'node:url';

/** Put in by the bundler. */
declare const CCWB_TUI_REVISION: string;

/** The version and a digest of the sources: a sandbox left running by another build is told by it. */
export const revision = CCWB_TUI_REVISION;

/** The bundle lies in `lib/`, beside what else the package ships. */
export const sampleFolder = fileURLToPath(new URL('../sample', import.meta.url));
export const daemonScript = fileURLToPath(new URL('./sandbox-daemon.js', import.meta.url));
