import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { makeWorkspace } from './run-buildspec.ts';

/** Runs a buildspec in a process of its own, so that it can be killed. */
const runnerScript = `
import { randomUUID } from 'node:crypto';
import { createRunner } from ${JSON.stringify(new URL('../../src/runner/create-runner.ts', import.meta.url).href)};
const [sourceDir, scratchDir, buildspec] = process.argv.slice(1);
const clock = { now: () => Date.now(), sleep: () => new Promise(() => {}) };
const run = createRunner({ clock, nodePath: process.execPath, platform: process.platform, newToken: randomUUID });
await run({ sourceDir, scratchDir, buildspec, variables: {}, reserved: {}, timeoutMs: 1 }, () => {}, new AbortController().signal);
`;

test('a build dies with its runner, however that dies', async () => {
  const workspace = await makeWorkspace();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const buildspec = `version: 0.2
phases:
  build:
    commands:
      - node -e 'process.on("SIGTERM", () => {}); require("net").connect(${port}, "127.0.0.1")'
`;
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const runner = spawn(
    process.execPath,
    ['--input-type=module', '-e', runnerScript, workspace.sourceDir, workspace.scratchDir, buildspec],
    { stdio: 'ignore' },
  );
  const [socket] = await connected;
  socket.on('error', () => {});
  socket.resume();
  const closed = once(socket, 'close');
  runner.kill('SIGKILL');
  await closed;
  expect(runner.killed).toBe(true);
});
