import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, isAbort } from '../../src/domain/errors.ts';
import { type AwsClients, type AwsClientsOptions, createAwsClients } from '../../src/services/aws-clients.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { startTinyAws, type TinyAnswer, type TinyAws } from './support/tiny-aws.ts';

const region = 'us-east-1';
const { signal } = new AbortController();
const clock = createManualClock(0);
let server: TinyAws;
let aws: AwsClients;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-aws-'));
});
afterEach(async () => {
  aws.close();
  await server.close();
  await rm(dir, { recursive: true, force: true });
});

const given = { credentials: { accessKeyId: 'AKIAGIVEN', secretAccessKey: 'secret' } };

async function open(answer: (count: number) => TinyAnswer, options: Partial<AwsClientsOptions> = given) {
  server = await startTinyAws(answer);
  aws = createAwsClients({ clock, random: () => 0, version: '1.2.3', endpointUrl: server.url, ...options });
}

const getParameter = (attempts?: number, until = signal) =>
  aws.call(
    { doing: 'Reading /p', action: 'ssm:GetParameter' },
    until,
    async (abortSignal) =>
      (await aws.ssm(region)).send(new GetParameterCommand({ Name: '/p' }), { abortSignal }),
    attempts === undefined ? {} : { attempts },
  );

/** Lets the clock run until the work is over. */
async function run<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const end = () => {
    over = true;
  };
  work.then(end, end);
  await clock.runUntil(() => over);
  return work;
}

const fine: TinyAnswer = { json: { Parameter: { Value: 'v' } } };
const failing = (name: string, status = 400): TinyAnswer => ({
  status,
  json: { __type: name, message: `${name} says no` },
});

describe('a call', () => {
  it('waits out throttling on the injected clock, longer each time', async () => {
    await open((count) => (count < 4 ? failing('ThrottlingException') : fine));
    const before = clock.now();
    expect((await run(getParameter())).Parameter?.Value).toBe('v');
    expect(clock.now() - before).toBe(1_000 + 2_000 + 4_000);
    expect(server.requests).toHaveLength(4);
  });

  it('is tried once by those who poll, but for a connection cut under it', async () => {
    await open(() => failing('ThrottlingException'));
    await expect(run(getParameter(1))).rejects.toMatchObject({ kind: 'throttled' });
    expect(server.requests).toHaveLength(1);
    await server.close();
    await open((count) => (count === 1 ? 'reset' : fine));
    expect((await run(getParameter(1))).Parameter?.Value).toBe('v');
  });

  it('does not repeat what cannot succeed', async () => {
    await open(() => failing('AccessDeniedException'));
    await expect(run(getParameter())).rejects.toMatchObject({
      kind: 'permission',
      message: 'Reading /p: access denied (ssm:GetParameter).',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('knows a page that is none of AWS, in JSON and XML services alike', async () => {
    await open(() => ({ status: 200, text: '<html><body>Sign in to the Wi-Fi<br></body></html>' }));
    await expect(run(getParameter(1))).rejects.toMatchObject({ kind: 'network' });
    const identity = aws.call(
      { doing: 'Asking', action: 'sts:GetCallerIdentity' },
      signal,
      async (abortSignal) => (await aws.sts(region)).send(new GetCallerIdentityCommand({}), { abortSignal }),
    );
    await expect(run(identity)).rejects.toMatchObject({ kind: 'network' });
  });

  it.each([
    [403, 'permission'],
    [404, 'not-found'],
    [301, 'invalid'],
  ])('reads a bodyless %i of S3 as %s', async (status, kind) => {
    await open(() => ({ status, text: '' }));
    const head = aws.call({ doing: 'Looking at x', action: 's3:GetObject' }, signal, async (abortSignal) =>
      (await aws.s3(region)).send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }), { abortSignal }),
    );
    await expect(run(head)).rejects.toMatchObject({ kind });
    expect(server.requests[0]?.path).toMatch(/^\/b\/k/);
  });

  it('tells a refused connection from everything else', async () => {
    await open(() => fine);
    await server.close();
    await expect(run(getParameter(1))).rejects.toMatchObject({
      kind: 'network',
      message: 'Reading /p: the connection was refused.',
    });
  });

  it('is left at once when aborted, under way and between two tries', async () => {
    await open(() => 'hang');
    const stop = new AbortController();
    const hanging = getParameter(1, stop.signal);
    while (server.requests.length === 0) await new Promise(setImmediate);
    stop.abort();
    await expect(hanging).rejects.toSatisfy(isAbort);

    await server.close();
    await open(() => failing('ThrottlingException'));
    const again = new AbortController();
    const waiting = getParameter(4, again.signal);
    waiting.catch(() => {});
    while (clock.sleeping() === 0) await new Promise(setImmediate);
    again.abort();
    await expect(waiting).rejects.toSatisfy(isAbort);
    expect(server.requests).toHaveLength(1);
  });

  it('sends nothing where the place does not prove itself, not even the head of a large upload', async () => {
    const proof = () => ({
      path: '/prove',
      check: () => {
        throw new AppError({ kind: 'unavailable', message: 'Somebody else.' });
      },
    });
    await open(() => fine, { ...given, proof });
    await expect(run(getParameter())).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'Somebody else.',
    });
    const upload = aws.call({ doing: 'Storing', action: 's3:PutObject' }, signal, async (abortSignal) =>
      (await aws.s3(region)).send(
        new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: Buffer.alloc(3 * 1024 ** 2) }),
        { abortSignal },
      ),
    );
    await expect(run(upload)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(server.requests.map(({ path, accessKeyId }) => path + accessKeyId)).toEqual(['/prove', '/prove']);
  });

  it('names the program to AWS', async () => {
    await open(() => fine);
    await run(getParameter());
    expect(server.requests[0]?.userAgent).toContain('ccwb-tui/1.2.3');
  });
});

describe('credentials', () => {
  const refuses = (old: string) => (): TinyAnswer =>
    server.requests.at(-1)?.accessKeyId === old ? failing('ExpiredTokenException') : fine;
  const writeKeys = (id: string) =>
    writeFile(join(dir, 'credentials'), `[dev]\naws_access_key_id = ${id}\naws_secret_access_key = s\n`);
  const openWithProfile = (answer: (count: number) => TinyAnswer) =>
    open(answer, {
      awsProfile: 'dev',
      configFile: join(dir, 'config'),
      credentialsFile: join(dir, 'credentials'),
    });

  it('are looked for anew when they have expired, and the same call goes on', async () => {
    await writeKeys('AKIAOLD');
    let expired = false;
    await openWithProfile(() => (expired ? refuses('AKIAOLD')() : fine));
    await run(getParameter());
    expired = true;
    await writeKeys('AKIANEW');
    await run(getParameter(1));
    expect(server.requests.map((request) => request.accessKeyId)).toEqual(['AKIAOLD', 'AKIAOLD', 'AKIANEW']);
  });

  it('are named with their profile when there are no better ones, each time anew', async () => {
    await writeKeys('AKIAOLD');
    await openWithProfile(refuses('AKIAOLD'));
    const refused = { kind: 'credentials', hint: expect.stringContaining('--profile dev') };
    await expect(run(getParameter())).rejects.toMatchObject(refused);
    await expect(run(getParameter())).rejects.toMatchObject(refused);
    await writeKeys('AKIANEW');
    expect((await run(getParameter())).Parameter?.Value).toBe('v');
  });

  it('are an error with a hint where a profile has none', async () => {
    await writeFile(
      join(dir, 'config'),
      '[profile dev]\nregion = eu-west-1\nsso_session = corp\n[sso-session corp]\nsso_start_url = https://example.invalid/start\nsso_region = eu-west-1\nsso_registration_scopes = x\n',
    );
    await openWithProfile(() => fine);
    await expect(run(getParameter())).rejects.toMatchObject({ kind: 'credentials' });
    expect(server.requests).toHaveLength(0);
  });

  it('are fetched anew for signing, with their end, and shared by calls otherwise', async () => {
    await writeFile(
      join(dir, 'give.mjs'),
      `import { readFileSync, writeFileSync } from 'node:fs';
const file = new URL('count', import.meta.url);
let count = 1;
try { count = Number(readFileSync(file, 'utf8')) + 1; } catch {}
writeFileSync(file, String(count));
console.log(JSON.stringify({ Version: 1, AccessKeyId: 'ASIA' + count, SecretAccessKey: 's', SessionToken: 't',
  Expiration: '2099-01-01T00:00:00Z' }));`,
    );
    await writeFile(
      join(dir, 'config'),
      `[profile dev]\ncredential_process = "${process.execPath}" "${join(dir, 'give.mjs')}"\n`,
    );
    await openWithProfile(() => fine);
    await run(getParameter());
    await run(getParameter());
    const fresh = await run(aws.freshCredentials(region, signal));
    expect(fresh).toMatchObject({ accessKeyId: 'ASIA2', expiration: new Date('2099-01-01T00:00:00Z') });
    await run(getParameter());
    expect(server.requests.map((request) => request.accessKeyId)).toEqual(['ASIA1', 'ASIA1', 'ASIA2']);
  });

  it('given as they are have no end and are never replaced', async () => {
    await open(() => failing('UnrecognizedClientException'));
    expect(await run(aws.freshCredentials(region, signal))).toMatchObject({ accessKeyId: 'AKIAGIVEN' });
    await expect(run(getParameter())).rejects.toMatchObject({ kind: 'credentials' });
    expect(server.requests).toHaveLength(1);
  });
});
