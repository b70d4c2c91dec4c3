import { fileURLToPath } from 'node:url';

/** Put in by the bundler. */
declare const CCWB_TUI_VERSION: string;

export const version = CCWB_TUI_VERSION;

/** The bundle lies in `lib/`, beside what else the package ships. */
export const sampleFolder = fileURLToPath(new URL('../sample', import.meta.url));
export const daemonScript = fileURLToPath(new URL('./sandbox-daemon.js', import.meta.url));
