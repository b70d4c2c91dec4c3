import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import { type ControlOptions, createSandboxControl } from '../../src/sandbox/daemon/control.ts';
import { lockFile, sandboxDir } from '../../src/sandbox/daemon/places.ts';
import { acquireLock } from '../../src/sandbox/daemon/process-lock.ts';
import { askToStop, readStatus } from '../../src/sandbox/daemon/sandbox-client.ts';
import { keepPort, loadSecret } from '../../src/sandbox/daemon/secret.ts';
import type { StartedDaemon } from '../../src/sandbox/daemon/start-daemon.ts';
import type { RunningSandbox } from '../../src/sandbox/server.ts';
import { createSandbox } from '../../src/sandbox/server.ts';
import { systemClock } from '../../src/services/clock.ts';
import { sameAs, sampleDir } from '../support/sandbox.ts';

/** For what only waits: a clock that runs ahead, so that a bounded time is over soon. Nothing measures it. */
const hasty: Clock = {
  now: () => systemClock.now() * 100,
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
};
const { signal } = new AbortController();

let dir: string;
let dataDir: string;
let inner: string;
let running: RunningSandbox[];
let starts: number;
let said: string[];
let stranger: Server;
let heard: string[];
let sockets: Socket[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-control-'));
  dataDir = join(dir, 'data');
  inner = sandboxDir(dataDir);
  running = [];
  starts = 0;
  said = [];
  heard = [];
  sockets = [];
  stranger = createServer();
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.close()));
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => stranger.close(resolve));
  await rm(dir, { recursive: true, force: true });
});

/** A control whose daemons are sandboxes of this process. */
function control(options: Partial<ControlOptions> = {}) {
  const common = {
    dataDir,
    clock: systemClock,
    platform: 'linux',
    arch: 'x64',
    version: '1',
    sampleDir,
    nodePath: process.execPath,
    ...options,
  } as const;
  const start = (): StartedDaemon => {
    starts += 1;
    let over = false;
    createSandbox({
      ...common,
      runBuild: async (_request, emit, stop) => {
        await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
        await emit({ kind: 'ended', at: 0, status: 'STOPPED' });
      },
    }).then(
      (sandbox) => running.push(sandbox),
      () => {
        over = true;
      },
    );
    return { over: () => over, reason: () => 'told by the test' };
  };
  return createSandboxControl({
    ...common,
    daemonArgv: [],
    env: {},
    notify: (message) => said.push(message),
    start,
    ...options,
  });
}

/** Something else that listens, and says `answer` to whoever speaks to it; without one it is silent. */
function listen(answer: string | undefined): Promise<number> {
  stranger.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      heard.push(String(data));
      if (answer !== undefined) socket.end(answer);
    });
  });
  return new Promise((resolve) => {
    stranger.listen(0, '127.0.0.1', () => resolve((stranger.address() as AddressInfo).port));
  });
}

describe('ensure', () => {
  it('starts a sandbox, and uses it from then on', async () => {
    const first = await control().ensure({}, signal);
    const second = await control().ensure({}, signal);
    expect(second).toEqual(sameAs(first));
    expect(first).toMatchObject({
      endpoint: `http://127.0.0.1:${first.port}`,
      pid: process.pid,
      dataDir: inner,
    });
    expect(first.source).toBeUndefined();
    expect(starts).toBe(1);
    expect(said).toEqual([]);
  });

  it('asked twice at once, ends with one sandbox', async () => {
    const infos = await Promise.all(Array.from({ length: 4 }, () => control().ensure({}, signal)));
    for (const info of infos) expect(info).toEqual(sameAs(infos[0]));
    expect(running).toHaveLength(1);
  });

  it('makes builds take their source from a folder, and from the sample again', async () => {
    const folder = join(dir, 'mine');
    await mkdir(folder);
    expect((await control().ensure({ source: folder }, signal)).source).toBe(folder);
    expect((await control().ensure({}, signal)).source).toBe(folder);
    expect((await control().ensure({ source: null }, signal)).source).toBeUndefined();
    expect(starts).toBe(1);
  });

  it('refuses a folder that is not there, and starts nothing for it', async () => {
    const gone = join(dir, 'gone');
    await expect(control().ensure({ source: gone }, signal)).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining(gone),
    });
    expect(starts).toBe(0);
  });

  it('finds its port again after a stop', async () => {
    const first = await control().ensure({}, signal);
    await control().stop(signal);
    expect(await control().ensure({}, signal)).toEqual(sameAs(first));
  });

  it('takes another port where a stranger has its own, and says so', async () => {
    const port = await listen('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
    await keepPort(inner, await loadSecret(inner), port);
    const info = await control().ensure({}, signal);
    expect(info.port).not.toBe(port);
    expect(said).toEqual([expect.stringContaining(String(port))]);
    await control().ensure({}, signal);
    expect(said).toHaveLength(1);
  });

  it('tells a stranger nothing', async () => {
    const port = await listen('HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"proof":""}');
    const secret = await loadSecret(inner);
    await keepPort(inner, secret, port);
    await control().ensure({ source: null }, signal);
    expect(heard.length).toBeGreaterThan(0);
    for (const text of heard) {
      expect(text).toMatch(/^GET \/\.ccwb\/prove\?nonce=[0-9a-f]{64} HTTP/);
      expect(text).not.toContain(secret.accessKeyId);
      expect(text.toLowerCase()).not.toContain('authorization');
    }
  });

  it('asks for the proof on the very connection that would carry a signed request', async () => {
    const port = await listen('HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"proof":""}');
    const secret = await loadSecret(inner);
    const deps = { clock: systemClock, region: 'us-east-1' };
    await expect(readStatus(port, secret, deps, signal)).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(askToStop(port, secret, deps, signal)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(heard).toHaveLength(2);
    for (const text of heard) expect(text).toMatch(/^GET \/\.ccwb\/prove\?nonce=[0-9a-f]{64} HTTP/);
  });

  it('takes no other sandbox for its own', async () => {
    const other = await control({ dataDir: join(dir, 'other') }).ensure({}, signal);
    await keepPort(inner, await loadSecret(inner), other.port);
    expect((await control().ensure({}, signal)).port).not.toBe(other.port);
  });

  it('replaces a sandbox of another version that nobody needs', async () => {
    const old = await control({ version: '0' }).ensure({}, signal);
    const info = await control({ version: '1' }).ensure({}, signal);
    expect(info).toEqual(sameAs(old));
    expect(starts).toBe(2);
    await expect(Promise.race([running[0]?.ended, Promise.resolve('serving')])).resolves.toBeUndefined();
  });

  it('uses a sandbox of another version while it builds', async () => {
    const old = await control({ version: '0' }).ensure({}, signal);
    const codebuild = new CodeBuildClient({
      region: old.region,
      endpoint: old.endpoint,
      credentials: { ...old.credentials },
    });
    await codebuild.send(new StartBuildCommand({ projectName: 'claude-code-auth-linux-x64-build' }));
    codebuild.destroy();
    expect(await control({ version: '1' }).ensure({}, signal)).toEqual(sameAs(old));
    expect(starts).toBe(1);
  });

  it('calls a sandbox frozen that takes connections and answers none', async () => {
    const port = await listen(undefined);
    await keepPort(inner, await loadSecret(inner), port);
    const held = await acquireLock(lockFile(inner));
    await expect(control({ clock: hasty }).ensure({}, signal)).rejects.toMatchObject({
      kind: 'unavailable',
      retryable: true,
      message: expect.stringContaining(`process ${process.pid}`),
      hint: expect.stringContaining(`kill -CONT ${process.pid}`),
    });
    await expect(control({ clock: hasty }).status(signal)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(starts).toBe(0);
    if (held.kind === 'acquired') await held.lock.release();
  });

  it('says why none comes up, after a few tries', async () => {
    const start = (): StartedDaemon => {
      starts += 1;
      return { over: () => true, reason: () => 'no disk left' };
    };
    await expect(control({ start, clock: hasty }).ensure({}, signal)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'The sandbox did not start: no disk left',
    });
    expect(starts).toBe(3);
  });

  it('gives up when the time is over', async () => {
    const start = (): StartedDaemon => ({ over: () => false, reason: () => undefined });
    await expect(control({ start, clock: hasty }).ensure({}, signal)).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it('can be aborted while it waits', async () => {
    const aborter = new AbortController();
    const start = (): StartedDaemon => {
      aborter.abort();
      return { over: () => false, reason: () => undefined };
    };
    await expect(control({ start, clock: hasty }).ensure({}, aborter.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('leaves a broken secret as it is', async () => {
    await mkdir(inner, { recursive: true, mode: 0o700 });
    await writeFile(join(inner, 'secret.json'), '{');
    await expect(control().ensure({}, signal)).rejects.toMatchObject({ kind: 'invalid' });
    expect(await readFile(join(inner, 'secret.json'), 'utf8')).toBe('{');
  });
});

describe('status, stop and reset', () => {
  it('of nothing', async () => {
    expect(await control().status(signal)).toBeUndefined();
    expect(await control().stop(signal)).toBe(false);
    await control().reset(signal);
    expect(starts).toBe(0);
  });

  it('of a running sandbox', async () => {
    const info = await control().ensure({}, signal);
    expect(await control().status(signal)).toEqual(sameAs(info));
    expect(await control().stop(signal)).toBe(true);
    expect(await control().status(signal)).toBeUndefined();
    expect(await control().stop(signal)).toBe(false);
  });

  it('reset forgets the data and keeps secret and port', async () => {
    const folder = join(dir, 'mine');
    await mkdir(folder);
    const first = await control().ensure({ source: folder }, signal);
    await writeFile(join(first.home, 'note'), '');
    await control().reset(signal);
    expect(await control().status(signal)).toBeUndefined();
    const second = await control().ensure({}, signal);
    expect(second.credentials).toEqual(first.credentials);
    expect(second.port).toBe(first.port);
    expect(second.source).toBeUndefined();
    await expect(readFile(join(second.home, 'note'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('serve', () => {
  it('serves until it is aborted', async () => {
    const aborter = new AbortController();
    const ready = Promise.withResolvers<void>();
    const served = control().serve({}, aborter.signal, () => ready.resolve());
    await ready.promise;
    expect((await control().ensure({}, signal)).pid).toBe(process.pid);
    expect(starts).toBe(0);
    aborter.abort();
    await served;
    expect(await control().status(signal)).toBeUndefined();
  });

  it('ends where the sandbox is stopped from elsewhere', async () => {
    const ready = Promise.withResolvers<void>();
    const served = control().serve({}, signal, () => ready.resolve());
    await ready.promise;
    expect(await control().stop(signal)).toBe(true);
    await served;
  });

  it('refuses where one runs already, and at a port that is taken', async () => {
    await control().ensure({}, signal);
    await expect(control().serve({}, signal, () => {})).rejects.toMatchObject({ kind: 'conflict' });
    await control().stop(signal);
    const port = await listen('');
    await expect(control().serve({ port }, signal, () => {})).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(String(port)),
    });
    // Nothing is held any more.
    await control().ensure({}, signal);
  });
});
