import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildJson } from '../../../src/sandbox/codebuild/build-json.ts';
import { sandboxProject } from '../../../src/sandbox/codebuild/project.ts';
import {
  type BuildRecord,
  beginPhase,
  endBuild,
  endPhase,
  newRecord,
  openPhase,
} from '../../../src/sandbox/codebuild/record.ts';
import { parseRecord } from '../../../src/sandbox/codebuild/record-schema.ts';
import { account, buildFaults } from './harness.ts';

const submitted = newRecord({
  uuid: 'u',
  project: account.projectName,
  number: 1,
  initiator: 'sandbox',
  startedAt: 1_000,
  wishes: { variables: [] },
});

const types = (record: BuildRecord): string[] => record.phases.map(({ type }) => type);

describe('the record of a build', () => {
  test('begins submitted and queued in one moment', () => {
    expect(submitted.phases).toEqual([
      { type: 'SUBMITTED', status: 'SUCCEEDED', startedAt: 1_000, endedAt: 1_000, contexts: [] },
      { type: 'QUEUED', startedAt: 1_000, contexts: [] },
    ]);
  });

  test('a phase that begins ends the one before it, and is begun once', () => {
    const once = beginPhase(submitted, 'PROVISIONING', 2_000);
    expect(types(once)).toEqual(['SUBMITTED', 'QUEUED', 'PROVISIONING']);
    expect(once.phases[1]).toMatchObject({ status: 'SUCCEEDED', endedAt: 2_000 });
    expect(beginPhase(once, 'PROVISIONING', 3_000)).toBe(once);
  });

  test('a phase that ends unannounced began where the last one ended', () => {
    const ended = endPhase(submitted, 'DOWNLOAD_SOURCE', 'FAILED', 2_500.75, [{ code: 'C', message: 'm' }]);
    expect(ended.phases.at(-1)).toEqual({
      type: 'DOWNLOAD_SOURCE',
      status: 'FAILED',
      startedAt: 2_500,
      endedAt: 2_500,
      contexts: [{ code: 'C', message: 'm' }],
    });
  });

  test('an end cuts off the open phase with its reason, and is final', () => {
    const running = beginPhase(submitted, 'BUILD', 2_000);
    const reason = [{ code: 'INTERNAL_ERROR', message: 'cut off' }];
    const ended = endBuild(running, 'FAULT', 3_000, reason);
    expect(ended).toMatchObject({ status: 'FAULT', endedAt: 3_000 });
    expect(ended.phases.slice(-2)).toEqual([
      { type: 'BUILD', status: 'FAULT', startedAt: 2_000, endedAt: 3_000, contexts: reason },
      { type: 'COMPLETED', startedAt: 3_000, contexts: [] },
    ]);
    expect(endBuild(ended, 'SUCCEEDED', 4_000)).toBe(ended);
    expect(beginPhase(ended, 'FINALIZING', 4_000)).toBe(ended);
    expect(endPhase(ended, 'BUILD', 'SUCCEEDED', 4_000, [])).toBe(ended);
  });

  const change = fc.oneof(
    fc.record({
      kind: fc.constant('begin' as const),
      type: fc.constantFrom('INSTALL', 'BUILD'),
      at: fc.double({ min: 0, max: 9e12, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('end' as const),
      type: fc.constantFrom('INSTALL', 'BUILD', 'UPLOAD_ARTIFACTS'),
      status: fc.constantFrom('SUCCEEDED' as const, 'FAILED' as const),
      at: fc.double({ min: 0, max: 9e12, noNaN: true }),
    }),
  );

  test('whatever is told of it, its times go forward, one phase runs, and it is what CodeBuild could say', () => {
    const project = sandboxProject(account, 0);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.boolean(), (changes, over) => {
        let record = changes.reduce<BuildRecord>(
          (one, { kind, type, at, ...rest }) =>
            kind === 'begin'
              ? beginPhase(one, type, at)
              : endPhase(one, type, 'status' in rest ? rest.status : 'FAILED', at, []),
          submitted,
        );
        if (over) record = endBuild(record, 'SUCCEEDED', 0);
        const times = record.phases.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt ?? startedAt]);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(record.phases.slice(0, -1).every(({ status }) => status !== undefined)).toBe(true);
        expect(openPhase(record) === undefined || !over).toBe(true);
        expect(buildFaults({ builds: [buildJson(record, project, account)] })).toEqual([]);
        expect(parseRecord(JSON.stringify(record))).toEqual(record);
      }),
    );
  });

  test('a file that holds no record is none', () => {
    for (const text of ['', '{', '[]', '{"uuid":"u"}', JSON.stringify({ ...submitted, number: 0 })]) {
      expect(parseRecord(text), text).toBeUndefined();
    }
  });
});
