import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastListText, parseLastList } from '../../src/domain/last-list.ts';
import { sampleBuild } from '../support/sample-builds.ts';

const at = 1_000_000;
const one = sampleBuild({ uuid: '11111111-2222-3333-4444-555555555555' });
const listOf = (builds = [one]) => ({ builds, more: false, total: 1, at });

describe('the list kept for the next run', () => {
  it('comes back as it was, without what points elsewhere', () => {
    const back = parseLastList(lastListText(listOf()), at + 1);
    expect(back).toMatchObject({ more: false, total: 1, at });
    expect(back?.builds[0]).toMatchObject({ id: one.id, project: one.project, status: one.status });
    expect(back?.builds[0]?.log).toEqual({ kind: 'pending' });
    expect(lastListText(listOf())).not.toMatch(/arn:|https?:/);
  });

  it('keeps no secret and no link of a phase’s message', () => {
    const context = { code: 'X', message: 'see https://bucket.example/x?sig=1 for AKIAIOSFODNN7EXAMPLE' };
    const phases = [{ type: 'BUILD', contexts: [context] }];
    const text = lastListText(listOf([{ ...one, phases }]));
    expect(text).not.toContain('bucket.example');
  });

  it('keeps the newest fifty and says that there are more', () => {
    const back = parseLastList(lastListText(listOf(Array.from({ length: 60 }, () => one))), at);
    expect(back?.builds).toHaveLength(50);
    expect(back?.more).toBe(true);
  });

  it('is sanitised again when it is read', () => {
    const text = lastListText(listOf()).replace(`"project":"`, `"project":"\\u001b[2J`);
    expect(JSON.stringify(parseLastList(text, at))).not.toContain('\\u001b');
  });

  it('is passed over when it is broken, of another version or from the future', () => {
    const text = lastListText(listOf());
    expect(parseLastList(text.slice(0, -5), at)).toBeUndefined();
    expect(parseLastList(text.replace('"version":1', '"version":0'), at)).toBeUndefined();
    expect(parseLastList(text, at - 1)).toBeUndefined();
    expect(parseLastList(text.replace(one.status, 'NO_SUCH'), at)).toBeUndefined();
  });

  it('never throws, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseLastList(text, at)).toBeUndefined();
      }),
    );
  });
});
