import process from 'node:process';

/** The package's version; put in by the bundler. */
declare const CCWB_TUI_VERSION: string;

const argv = process.argv.slice(2);
if (argv.length === 1 && argv[0] === '--version') {
  // Answered before anything is loaded: scripts ask it often.
  process.stdout.write(`${CCWB_TUI_VERSION}\n`);
} else {
  const { start } = await import('./start.ts');
  process.exit(await start(process, argv, CCWB_TUI_VERSION));
}
