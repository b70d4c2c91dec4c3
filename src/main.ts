import type { Terminal } from './domain/terminal.ts';
import type { ProgramLine } from './start/program-line.ts';
import { version } from './start/version.ts';

const argv = process.argv.slice(2);
if (argv.length === 1 && argv[0] === '--version') {
  // Answered before anything is loaded: scripts ask it often.
  process.stdout.write(`${version}\n`);
} else void run();

async function run(): Promise<void> {
  const { keepCompiledCode } = await import('./start/compile-cache.ts');
  keepCompiledCode(process);
  const { plainArguments } = await import('./commands/plain-arguments.ts');
  const line = plainArguments(argv);
  const terminal = line && firstPicture(line);
  try {
    const { start } = await import('./start/start.ts');
    process.exit(await start(process, argv, { line, terminal }));
  } catch (error) {
    // What could not be loaded is told on the shell's screen.
    await terminal?.close();
    throw error;
  }
}

/** From a bundle of its own with nothing in it that the picture does not need, loaded in the quickest way there is. */
function firstPicture(line: ProgramLine): Terminal | undefined {
  try {
    const picture: typeof import('./start/first-picture.tsx') = require('./first-picture.cjs');
    return picture.paintFirstPicture(process, line);
  } catch {
    // It would only have been quicker.
    return undefined;
  }
}
