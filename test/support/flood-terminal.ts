/**
 * Opens the terminal, draws many different pictures on it as fast as it can, tells so on the socket named by its
 * argument, and leaves at a key.
 */
import { connect } from 'node:net';
import { openTerminal } from '../../src/terminal/open-terminal.ts';
import { processHost } from '../../src/terminal/process-host.ts';

const pictures = 2_000;
const terminal = openTerminal(
  processHost(
    process,
    {
      colorDepth: 0,
      unicode: true,
      ssh: false,
      multiplexer: undefined,
      hyperlinks: false,
      notifications: undefined,
      synchronizedOutput: true,
      clipboard: true,
    },
    () => process.exit(9),
  ),
);
terminal.open();
for (let picture = 0; picture < pictures; picture++) {
  const { columns, rows } = terminal.size();
  const row = String.fromCharCode(33 + (picture % 90)).repeat(columns);
  terminal.frames.write(Array.from({ length: rows }, () => row).join('\n'));
  await new Promise((resolve) => setImmediate(resolve));
}
connect(process.argv[2] ?? '').end('drawn');
terminal.keys.once('data', async () => {
  await terminal.close();
  process.exit(0);
});
