import process from 'node:process';
import { plainArguments } from './commands/plain-arguments.ts';
import { version } from './start/package-info.ts';

const argv = process.argv.slice(2);
if (argv.length === 1 && argv[0] === '--version') {
  // Answered before anything is loaded: scripts ask it often.
  process.stdout.write(`${version}\n`);
} else {
  const { keepCompiledCode } = await import('./start/compile-cache.ts');
  keepCompiledCode(process);
  const line = plainArguments(argv);
  // A bundle of its own, with nothing in it that is not needed for the picture.
  const terminal = line && (await import('./start/first-picture.tsx')).paintFirstPicture(process, line);
  try {
    const { start } = await import('./start/start.ts');
    process.exit(await start(process, argv, { line, terminal }));
  } catch (error) {
    // What could not be loaded is told on the shell's screen.
    await terminal?.close();
    throw error;
  }
}
