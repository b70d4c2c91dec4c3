import { readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeLastList } from '../../src/services/last-lists.ts';
import { accountMark } from '../../src/start/account-mark.ts';
import { type BuiltProgram, buildProgram, type User } from '../support/built-program.ts';
import { type PtyProgram, startInPty } from '../support/pty.ts';
import { sampleBuild } from '../support/sample-builds.ts';

let program: BuiltProgram;
let silent: Server;
let endpointUrl: string;
let screen: PtyProgram | undefined;

beforeAll(async () => {
  program = await buildProgram();
  silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  endpointUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await screen?.dispose();
  screen = undefined;
});
afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await program.remove();
});

const awsEnv = {
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_REGION: 'eu-west-1',
};
const old = sampleBuild({ uuid: 'aaaaaaaa-1111-4222-8333-444455556666', initiator: 'somebody-before' });

/** A user whose list of the account was kept three minutes ago. */
async function userBefore(endpoint = endpointUrl): Promise<User & { dir: string }> {
  const user = await program.newUser();
  const env = { ...user.env, ...awsEnv };
  const choice = { target: { place: 'aws' as const }, endpointUrl: endpoint };
  const dir = join(user.home, '.local/share/ccwb-tui/last-lists');
  const at = Date.now() - 180_000;
  const mark = accountMark(choice, { home: user.home, cwd: user.home, env });
  writeLastList(dir, mark, { builds: [{ ...old, startedAt: at - 60_000 }], more: false, total: 1, at });
  return { ...user, env, dir };
}

function start({ home, env }: User): PtyProgram {
  screen = startInPty(process.execPath, [program.bin, '--endpoint-url', endpointUrl], { env, cwd: home });
  return screen;
}

describe('the list of the last run', () => {
  it('is shown with its age before anything has answered', async () => {
    const on = start(await userBefore());
    const text = await on.waitFor(/ min old, connecting/);
    expect(text).toContain('aaaaaaaa');
  });

  it('gives the shell back at a signal while nothing has answered', async () => {
    const on = start(await userBefore());
    await on.waitFor(/ old, connecting/);
    on.kill('SIGTERM');
    expect((await on.ended).exitCode).toBe(143);
    expect(on.isFullScreen()).toBe(false);
  });

  it('is not shown for another account', async () => {
    const on = start(await userBefore('http://127.0.0.1:9'));
    expect(await on.waitFor('q quit')).not.toContain('aaaaaaaa');
  });

  it('is passed over when its file is broken', async () => {
    const user = await userBefore();
    for (const name of await readdir(user.dir)) await writeFile(join(user.dir, name), '{"version":1');
    const on = start(user);
    expect(await on.waitFor('q quit')).not.toContain('aaaaaaaa');
  });
});
