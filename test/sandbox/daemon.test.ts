import { mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetBuildsCommand, CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import type { SandboxInfo } from '../../src/domain/ports/sandbox.ts';
import { targetOf } from '../../src/sandbox/account.ts';
import { type ControlOptions, createSandboxControl } from '../../src/sandbox/daemon/control.ts';
import { readDaemonArguments } from '../../src/sandbox/daemon/daemon.ts';
import { createDaemonLog } from '../../src/sandbox/daemon/daemon-log.ts';
import { logFile, sandboxDir } from '../../src/sandbox/daemon/places.ts';
import { systemClock } from '../../src/services/clock.ts';
import { sameAs, sampleDir } from '../support/sandbox.ts';

const daemon = join(import.meta.dirname, '../support/sandbox-daemon.ts');
const project = `claude-code-auth-${targetOf(process.platform, process.arch)}-build`;
const { signal } = new AbortController();

let dir: string;
let dataDir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-daemon-'));
  dataDir = join(dir, 'data');
});
afterEach(async () => {
  await control().stop(signal);
  await rm(dir, { recursive: true, force: true });
});

/** The control of the program, with a process of its own for the sandbox. */
function control(options: Partial<ControlOptions> = {}) {
  return createSandboxControl({
    dataDir,
    clock: systemClock,
    platform: process.platform,
    arch: process.arch,
    version: 'test',
    sampleDir,
    nodePath: process.execPath,
    daemonArgv: [daemon, 'test'],
    env: { ...process.env, AWS_SECRET_ACCESS_KEY: 'not for the sandbox' },
    ...options,
  });
}

const running = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const clientsOf = (info: SandboxInfo) => {
  const config = { region: info.region, endpoint: info.endpoint, credentials: { ...info.credentials } };
  return { codebuild: new CodeBuildClient(config), logs: new CloudWatchLogsClient(config) };
};

describe('a sandbox in the background', () => {
  it('is a process of its own that holds nothing of its starter', async () => {
    const [first, second] = await Promise.all([control().ensure({}, signal), control().ensure({}, signal)]);
    expect(second).toEqual(sameAs(first));
    expect(first.pid).not.toBe(process.pid);
    // A session of its own: the leader of its group.
    process.kill(-first.pid, 0);
    expect((await stat(logFile(first.dataDir))).mode & 0o777).toBe(0o600);
    if (process.platform === 'linux') {
      expect(await readlink(`/proc/${first.pid}/cwd`)).toBe(first.dataDir);
      expect(await readlink(`/proc/${first.pid}/fd/1`)).toBe(logFile(first.dataDir));
      expect(await readFile(`/proc/${first.pid}/environ`, 'utf8')).not.toContain('not for the sandbox');
    }
    expect(await control().stop(signal)).toBe(true);
    await expect.poll(() => running(first.pid)).toBe(false);
  });

  it('comes back at the same port with the same keys after a crash, and calls the build it ran a fault', async () => {
    const source = join(dir, 'source');
    await mkdir(source);
    await writeFile(
      join(source, 'buildspec.yml'),
      'version: 0.2\nphases:\n  build:\n    commands:\n      - sleep 600\n',
    );
    const first = await control().ensure({ source }, signal);
    const before = clientsOf(first);
    const { build } = await before.codebuild.send(new StartBuildCommand({ projectName: project }));
    before.codebuild.destroy();
    process.kill(first.pid, 'SIGKILL');
    await expect.poll(() => running(first.pid)).toBe(false);
    expect(await control().status(signal)).toBeUndefined();
    const second = await control().ensure({}, signal);
    expect({ ...second, pid: 0 }).toEqual({ ...sameAs(first), pid: 0 });
    expect(second.pid).not.toBe(first.pid);
    const after = clientsOf(second);
    const { builds } = await after.codebuild.send(new BatchGetBuildsCommand({ ids: [build?.id ?? ''] }));
    after.codebuild.destroy();
    expect(builds?.[0]?.buildStatus).toBe('FAULT');
  });

  it('builds for real', async () => {
    const source = join(dir, 'source');
    await mkdir(source);
    await writeFile(
      join(source, 'buildspec.yml'),
      'version: 0.2\nphases:\n  build:\n    commands:\n      - node -e "console.log(6 * 7)" > answer\n      - echo the answer is $(cat answer)\nartifacts:\n  files: [answer]\n',
    );
    const info = await control().ensure({ source }, signal);
    const { codebuild, logs } = clientsOf(info);
    const { build } = await codebuild.send(new StartBuildCommand({ projectName: project }));
    const read = async () =>
      (await codebuild.send(new BatchGetBuildsCommand({ ids: [build?.id ?? ''] }))).builds?.[0];
    await expect.poll(async () => (await read())?.buildComplete, { timeout: 50_000 }).toBe(true);
    const ended = await read();
    expect(ended).toMatchObject({
      buildStatus: 'SUCCEEDED',
      artifacts: { sha256sum: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const { events } = await logs.send(
      new GetLogEventsCommand({
        logGroupName: ended?.logs?.groupName,
        logStreamName: ended?.logs?.streamName ?? '',
        startFromHead: true,
      }),
    );
    expect(events?.map((event) => event.message)).toContain('the answer is 42\n');
    codebuild.destroy();
    logs.destroy();
  });

  it('frozen, is said to be so, and can be ended', async () => {
    /** Waits pass ten times as fast: what is frozen does not get quicker. */
    const hasty: Clock = {
      now: () => systemClock.now() * 10,
      sleep: (ms, stop) => systemClock.sleep(ms / 10, stop),
    };
    const { pid } = await control().ensure({}, signal);
    process.kill(pid, 'SIGSTOP');
    await expect(control({ clock: hasty }).ensure({}, signal)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining(String(pid)),
    });
    expect(await control({ clock: hasty }).stop(signal)).toBe(true);
    await expect.poll(() => running(pid)).toBe(false);
  });

  it('that cannot start says why', async () => {
    const broken = control({ daemonArgv: ['-e', 'throw new Error("nothing works")', '--'] });
    await expect(broken.ensure({}, signal)).rejects.toMatchObject({
      message: 'The sandbox did not start: Error: nothing works',
    });
    const missing = control({ nodePath: join(dir, 'no-node') });
    await expect(missing.ensure({}, signal)).rejects.toMatchObject({
      message: expect.stringContaining('ENOENT'),
    });
  });
});

describe('what the process is told', () => {
  it('is its data folder and nothing else', () => {
    expect(readDaemonArguments(['--data-dir', '/data'])).toEqual({ dataDir: '/data' });
    for (const args of [[], ['--data-dir'], ['/data'], ['--data-dir', '/data', 'more']]) {
      expect(readDaemonArguments(args)).toBeUndefined();
    }
  });
});

describe('its log', () => {
  it('is bounded, and keeps the part before the newest', async () => {
    const inner = sandboxDir(dataDir);
    await mkdir(inner, { recursive: true });
    const path = logFile(inner);
    const log = createDaemonLog(path, () => 0);
    const line = 'x'.repeat(1000);
    for (let count = 0; count < 2500; count += 1) log(line);
    expect((await stat(path)).size).toBeLessThan(1024 ** 2 + 2000);
    expect((await stat(`${path}.1`)).size).toBeLessThan(1024 ** 2 + 2000);
    expect((await readFile(path, 'utf8')).startsWith('1970-01-01T00:00:00.000Z xxx')).toBe(true);
  });
});
