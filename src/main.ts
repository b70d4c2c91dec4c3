import process from 'node:process';
import { version } from './start/package-info.ts';

const argv = process.argv.slice(2);
if (argv.length === 1 && argv[0] === '--version') {
  // Answered before anything is loaded: scripts ask it often.
  process.stdout.write(`${version}\n`);
} else {
  const { keepCompiledCode } = await import('./start/compile-cache.ts');
  keepCompiledCode(process);
  const { start } = await import('./start/start.ts');
  process.exit(await start(process, argv));
}
