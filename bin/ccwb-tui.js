#!/usr/bin/env node
// Must parse on any Node: it is what says, in one line, that a newer Node is needed.
var version = process.versions.node.split('.').map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 2)) {
  process.stderr.write(
    'ccwb-tui needs Node.js 22.2 or newer; this is ' +
      process.versions.node +
      '. In a checkout, `npm ci` brings one along: start with `npm start` or `npx ccwb-tui`.\n',
  );
  process.exit(2);
}
try {
  require('../lib/main.cjs');
} catch (error) {
  if (error && error.code === 'MODULE_NOT_FOUND' && /lib.main\.cjs/.test(String(error.message))) {
    process.stderr.write('ccwb-tui is not built yet: run `npm run build` in its folder.\n');
    process.exit(2);
  }
  throw error;
}
