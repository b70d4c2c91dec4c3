import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sandboxAccount } from '../../src/sandbox/account.ts';
import { AwsFailure, type SandboxService } from '../../src/sandbox/http.ts';
import { createSsm } from '../../src/sandbox/ssm.ts';

let dir: string;
let now: number;
let service: SandboxService;

const start = async () => {
  const clock = { now: () => now, sleep: () => Promise.reject(new Error('Parameter Store never sleeps')) };
  const account = sandboxAccount({ dir, platform: 'linux', arch: 'x64' });
  ({ service } = await createSsm({ dir, clock, account }));
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-ssm-'));
  now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  await start();
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** The answer, or the code of the refusal. */
async function call(operation: string, input: object): Promise<Record<string, unknown>> {
  try {
    const response = await service({
      method: 'POST',
      path: '/',
      rawPath: '/',
      query: new URLSearchParams(),
      headers: { 'x-amz-target': `AmazonSSM.${operation}` },
      body: Readable.from([Buffer.from(JSON.stringify(input))], { objectMode: false }),
      trailers: {},
      presigned: false,
      peer: '127.0.0.1',
      requestId: 'test',
      signal: new AbortController().signal,
    });
    return JSON.parse(String(response.body));
  } catch (error) {
    if (error instanceof AwsFailure) return { refused: error.code, message: error.message };
    throw error;
  }
}

const put = (Name: string, Value: string, more: object = { Type: 'String' }) =>
  call('PutParameter', { Name, Value, ...more });
const get = async (Name: string, WithDecryption?: boolean) =>
  (await call('GetParameter', { Name, WithDecryption })).Parameter as Record<string, unknown> | undefined;

describe('PutParameter', () => {
  it('makes a first version, and others only when asked to overwrite', async () => {
    expect(await put('/a/b', 'one')).toEqual({ Version: 1, Tier: 'Standard' });
    expect(await put('/a/b', 'two')).toMatchObject({ refused: 'ParameterAlreadyExists' });
    expect(await put('/a/b', 'two', { Overwrite: true })).toEqual({ Version: 2, Tier: 'Standard' });
    expect(await get('/a/b')).toEqual({
      Name: '/a/b',
      Type: 'String',
      Value: 'two',
      Version: 2,
      LastModifiedDate: now / 1000,
      ARN: 'arn:aws:ssm:us-east-1:123456789012:parameter/a/b',
      DataType: 'text',
    });
  });

  it('numbers concurrent writes one after the other', async () => {
    await put('p', 'first');
    const writes = Array.from({ length: 10 }, (_, at) => put('p', `${at}`, { Overwrite: true }));
    const versions = (await Promise.all(writes)).map(({ Version }) => Version);
    expect(versions).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await get('p')).toMatchObject({ Value: '9', Version: 11 });
  });

  it.each([
    ['p', 'x', {}, 'ValidationException'],
    ['p', '', { Type: 'String' }, 'ValidationException'],
    ['p', 'a {{ssm:other}} b', { Type: 'String' }, 'ValidationException'],
    ['p', 'x', { Type: 'Text' }, 'ValidationException'],
    ['p', 'x', { Type: 'String', Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }, 'ValidationException'],
    ['p', 'x', { Type: 'String', KeyId: 'alias/mine' }, 'ValidationException'],
    ['p', 'x', { Type: 'String', AllowedPattern: 'x' }, 'ValidationException'],
    ['a/b', 'x', { Type: 'String' }, 'ValidationException'],
    ['/a//b', 'x', { Type: 'String' }, 'ValidationException'],
    ['/a/b/', 'x', { Type: 'String' }, 'ValidationException'],
    ['with space', 'x', { Type: 'String' }, 'ValidationException'],
    ['a:1', 'x', { Type: 'String' }, 'ValidationException'],
    ['ssmthing', 'x', { Type: 'String' }, 'ValidationException'],
    ['/AWS/x', 'x', { Type: 'String' }, 'AccessDeniedException'],
    [`/${'a'.repeat(1000)}`, 'x', { Type: 'String' }, 'ValidationException'],
    [`/${Array(16).fill('a').join('/')}`, 'x', { Type: 'String' }, 'HierarchyLevelLimitExceededException'],
  ])('refuses %s = %s %j', async (name, value, more, code) => {
    expect(await put(name, value, more)).toMatchObject({ refused: code });
    expect(await readdir(dir)).toEqual([]);
  });

  it('takes fifteen levels', async () => {
    expect(await put(`/${Array(15).fill('a').join('/')}`, 'x')).toMatchObject({ Version: 1 });
  });

  it('keeps a parameter of the type it was made with', async () => {
    await put('p', 'x');
    expect(await put('p', 'y', { Overwrite: true, Type: 'SecureString' })).toMatchObject({
      refused: 'HierarchyTypeMismatchException',
    });
  });

  it('holds 4 KiB, 8 KiB in the advanced tier, and never goes back', async () => {
    const value = (bytes: number) => `é${'x'.repeat(bytes - 2)}`;
    const more = { Type: 'String', Overwrite: true };
    expect(await put('p', value(4096), more)).toMatchObject({ Tier: 'Standard' });
    expect(await put('p', value(4097), more)).toMatchObject({ refused: 'ValidationException' });
    expect(await put('p', value(4097), { ...more, Tier: 'Intelligent-Tiering' })).toMatchObject({
      Tier: 'Advanced',
    });
    expect(await put('p', value(8192), more)).toMatchObject({ Tier: 'Advanced' });
    expect(await put('p', value(8193), more)).toMatchObject({ refused: 'ValidationException' });
    expect(await put('p', 'x', { ...more, Tier: 'Standard' })).toMatchObject({
      refused: 'ValidationException',
    });
    expect(await put('p', 'x', { ...more, Tier: 'Intelligent-Tiering' })).toMatchObject({ Tier: 'Advanced' });
  });

  it('forgets the oldest of more than a hundred versions', async () => {
    await put('p', 'x');
    for (let version = 2; version <= 102; version += 1) await put('p', `${version}`, { Overwrite: true });
    expect(await call('GetParameter', { Name: 'p:2' })).toMatchObject({
      refused: 'ParameterVersionNotFound',
    });
    expect(await get('p:3')).toMatchObject({ Value: '3' });
  });

  it('answers or refuses whatever it is sent', async () => {
    const input = fc.record({
      Name: fc.anything(),
      Value: fc.anything(),
      Type: fc.anything(),
      Tags: fc.anything(),
    });
    await fc.assert(
      fc.asyncProperty(input, async (anything) => {
        const answer = await call('PutParameter', { ...anything, Overwrite: true });
        expect(answer.refused ?? answer.Version).toBeDefined();
      }),
    );
  });
});

describe('GetParameter', () => {
  it('shows a secret only when asked to decrypt', async () => {
    await put('s', 'very secret', { Type: 'SecureString' });
    expect(await get('s', true)).toMatchObject({ Value: 'very secret', Type: 'SecureString' });
    const hidden = String((await get('s'))?.Value);
    expect(hidden).toMatch(/^AQICAHh[A-Za-z0-9+/=]{150,}$/);
    expect(Buffer.from(hidden, 'base64').toString()).not.toContain('secret');
    expect((await get('s'))?.Value).toBe(hidden);
    await put('s', 'very secret', { Overwrite: true });
    expect((await get('s'))?.Value).not.toBe(hidden);
  });

  it('finds versions and ARNs', async () => {
    await put('/a', 'one');
    await put('/a', 'two', { Overwrite: true });
    expect(await get('/a:1')).toMatchObject({ Name: '/a', Value: 'one', Selector: ':1' });
    const arn = 'arn:aws:ssm:us-east-1:123456789012:parameter/a';
    expect(await get(arn)).toMatchObject({ Name: '/a', Value: 'two' });
    expect(await get(`${arn}:1`)).toMatchObject({ Value: 'one' });
    expect(await call('GetParameter', { Name: '/a:9' })).toMatchObject({
      refused: 'ParameterVersionNotFound',
    });
    expect(await call('GetParameter', { Name: '/a:label' })).toMatchObject({
      refused: 'ParameterVersionNotFound',
    });
    expect(await call('GetParameter', { Name: '/b' })).toEqual({ refused: 'ParameterNotFound', message: '' });
  });

  it('gives several at once and names the missing', async () => {
    await put('a', '1');
    await put('b', '2');
    const answer = await call('GetParameters', { Names: ['b', 'none', 'a:1', 'a:7'] });
    expect(answer).toMatchObject({
      Parameters: [{ Name: 'b' }, { Name: 'a', Selector: ':1' }],
      InvalidParameters: ['none', 'a:7'],
    });
    expect(await call('GetParameters', { Names: Array(11).fill('a') })).toMatchObject({
      refused: 'ValidationException',
    });
  });
});

describe('lists', () => {
  it('of a path have ten to a page', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `/p/${String.fromCharCode(97 + at)}`);
    for (const name of [...names, '/p/a/deep', '/pp', 'bare']) await put(name, 'x');
    const found: unknown[] = [];
    let NextToken: unknown;
    do {
      const page = await call('GetParametersByPath', { Path: '/p', NextToken });
      found.push(...(page.Parameters as { Name: string }[]).map(({ Name }) => Name));
      NextToken = page.NextToken;
      // A parameter that the token points at may go before the next page is read.
      if (NextToken !== undefined) await call('DeleteParameter', { Name: names[9] });
    } while (NextToken !== undefined);
    expect(found).toEqual(names);
    const deep = await call('GetParametersByPath', { Path: '/p/a/', Recursive: true });
    expect(deep).toMatchObject({ Parameters: [{ Name: '/p/a/deep' }] });
    const root = await call('GetParametersByPath', { Path: '/' });
    expect(root).toMatchObject({ Parameters: [{ Name: '/pp' }, { Name: 'bare' }] });
    expect(await call('GetParametersByPath', { Path: 'p' })).toMatchObject({
      refused: 'ValidationException',
    });
    expect(await call('GetParametersByPath', { Path: '/p', NextToken: 'made up' })).toMatchObject({
      refused: 'InvalidNextToken',
    });
  });

  it('of versions go from the oldest', async () => {
    await put('p', 'one', { Type: 'SecureString', Description: 'first' });
    await put('p', 'two', { Overwrite: true });
    const page = await call('GetParameterHistory', { Name: 'p', WithDecryption: true, MaxResults: 1 });
    expect(page).toMatchObject({
      Parameters: [{ Version: 1, Value: 'one', Description: 'first', KeyId: 'alias/aws/ssm', Labels: [] }],
    });
    const rest = await call('GetParameterHistory', { Name: 'p', NextToken: page.NextToken });
    expect(rest).toMatchObject({ Parameters: [{ Version: 2 }] });
    expect(rest).not.toHaveProperty('NextToken');
    expect(await call('GetParameterHistory', { Name: 'none' })).toMatchObject({
      refused: 'ParameterNotFound',
    });
  });
});

describe('DeleteParameter', () => {
  it('removes a parameter with its versions', async () => {
    await put('p', 'one');
    await put('p', 'two', { Overwrite: true });
    expect(await call('DeleteParameter', { Name: 'p' })).toEqual({});
    expect(await call('DeleteParameter', { Name: 'p' })).toMatchObject({ refused: 'ParameterNotFound' });
    expect(await put('p', 'new')).toMatchObject({ Version: 1 });
    expect(await call('DeleteParameters', { Names: ['p', 'q'] })).toEqual({
      DeletedParameters: ['p'],
      InvalidParameters: ['q'],
    });
  });
});

describe('what lies on disk', () => {
  it('outlives a restart, for its owner alone, with nothing beside it', async () => {
    await put('/a', 'one', { Type: 'SecureString' });
    await put('/a', 'two', { Overwrite: true });
    await start();
    expect(await get('/a:1', true)).toMatchObject({ Value: 'one' });
    expect(await get('/a', true)).toMatchObject({ Value: 'two', LastModifiedDate: now / 1000 });
    expect(await readdir(dir)).toEqual(['ssm.json']);
    if (process.platform !== 'win32') expect((await stat(join(dir, 'ssm.json'))).mode & 0o777).toBe(0o600);
  });

  it('is put aside when it cannot be read', async () => {
    await writeFile(join(dir, 'ssm.json'), '{"parameters": [{"name"');
    await start();
    expect(await put('p', 'x')).toMatchObject({ Version: 1 });
    expect((await readdir(dir)).sort()).toEqual(['ssm.json', 'ssm.json.broken']);
  });
});

it('names the operation it does not offer', async () => {
  expect(await call('LabelParameterVersion', {})).toMatchObject({
    refused: 'UnknownOperationException',
    message: expect.stringContaining('LabelParameterVersion'),
  });
});
