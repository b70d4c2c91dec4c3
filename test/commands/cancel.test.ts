import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windowsBuild } from '../support/build-scripts.ts';
import { type CommandBench, openCommandBench } from './bench.ts';

let bench: CommandBench;
let key: string;
/** Of a package that a renewal restricts to addresses, and every later one with it. */
let restrictedKey: string;

beforeAll(async () => {
  const artifact = {
    'credential-process-linux-x64': '#!/bin/sh\n',
    'otel-helper-linux-x64': '#!/bin/sh\n',
  };
  bench = await openCommandBench({ ...windowsBuild, artifact });
  expect((await bench.run('package --wait')).code).toBe(0);
  key = JSON.parse((await bench.run('distribute --json')).out).package_key;
  restrictedKey = JSON.parse((await bench.run('distribute --json')).out).package_key;
});

afterAll(() => bench.close());

/** Runs a command and cancels it as soon as stderr holds the text; without one before it begins. */
async function cancelled(line: string, text?: string): Promise<{ out: string; said: string[] }> {
  const cancel = new AbortController();
  if (text === undefined) cancel.abort();
  const onErr = (soFar: string) => {
    if (text !== undefined && soFar.includes(text)) cancel.abort();
  };
  const { code, out, err } = await bench.run(line, { signal: cancel.signal, onErr });
  expect(code).toBe(130);
  return { out, said: err.split('\n').filter((row) => /^ *Cancelled/.test(row)) };
}

describe('a cancelled command says in one line what is left, and prints nothing', () => {
  it.each([
    ['distribute', undefined, 'Cancelled before it began: nothing was put into the bucket'],
    ['distribute', '✓ COLLECT', 'Cancelled in CHECK: nothing was put into the bucket; the former link stays'],
    [
      'distribute --json',
      '✓ UPLOAD',
      'Cancelled in LINK: nothing of it is left in the bucket; the former link',
    ],
    [
      'distribute --json',
      '✓ RECORD',
      'Cancelled too late: the distribution is recorded, and nothing is undone',
    ],
    ['package --distribute', undefined, 'Cancelled before it began: no build was started'],
    ['package --distribute', 'Started', 'Cancelled on this side alone: claude-code-auth'],
    ['package --distribute --json', '✓ PACK', 'Cancelled in UPLOAD: nothing of it is left in the bucket'],
    ['links renew KEY', undefined, 'Cancelled before it began: nothing was changed'],
    [
      'links renew KEY --json',
      '✓ LINK',
      'Cancelled in VERIFY: the new link was not handed out, nothing was changed; the former',
    ],
    [
      'links renew RESTRICTED --allowed-ips 127.0.0.1 --json',
      '✓ LINK',
      'Cancelled in VERIFY: the new link was not handed out, but the policy of the bucket was changed',
    ],
    ['links renew KEY', '✓ RECORD', 'Cancelled too late: the '],
    ['links revoke KEY --yes', undefined, 'Cancelled before it began: nothing was changed'],
    ['links revoke KEY --yes --json', 'Deleting the versions', '  Cancelled: nothing was changed'],
    ['links delete KEY --yes --json', 'Deleting', '  Cancelled: nothing was changed'],
  ])('%s, at %s', async (line, text, beginning) => {
    const { out, said } = await cancelled(
      line.replace('KEY', key).replace('RESTRICTED', restrictedKey),
      text,
    );
    expect({ out, said: said.map((row) => row.slice(0, beginning.length)) }).toEqual({
      out: '',
      said: [beginning],
    });
  });

  it('a revocation, once the package is deleted', async () => {
    const { package_key } = JSON.parse((await bench.run('distribute --json')).out);
    const { out, said } = await cancelled(`links revoke ${package_key} --yes --json`, 'Asking every link');
    expect(out).toBe('');
    expect(said).toEqual([
      expect.stringMatching(/versions of the package were deleted, the record was changed\. Whether every/),
    ]);
  });
});
