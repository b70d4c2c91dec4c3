import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Build, Phase } from '../../src/domain/build.ts';
import { parseBuildReference, shortId, splitBuildId } from '../../src/domain/build-id.ts';
import { consoleLink } from '../../src/domain/console-link.ts';
import { AppError } from '../../src/domain/errors.ts';
import { elapsed, firstFailure, hasEnded, isQueued } from '../../src/domain/phases.ts';
import { targetOfProject } from '../../src/domain/targets.ts';

/** Characters that strangers put into names and texts. */
const strange = [
  'a',
  ':',
  '-',
  ' ',
  '\u0000',
  '\n',
  '\r',
  '\u001b',
  '[',
  ']',
  '\u007f',
  '\u009b',
  '\u202e',
  '\ud800',
  '=',
  'é',
];

describe('a build reference', () => {
  it.each([
    ['latest', { kind: 'latest' }],
    [' latest ', { kind: 'latest' }],
    ['9f3c1a2b', { kind: 'prefix', prefix: '9f3c1a2b' }],
    ['abc123-def456-789', { kind: 'prefix', prefix: 'abc123-def456-789' }],
    ['p-build:9f3c', { kind: 'prefix', prefix: '9f3c', project: 'p-build' }],
    [
      'arn:aws-us-gov:codebuild:us-gov-west-1:123456789012:build/p:9f3c1a2b-0000-4000-8000-000000000000',
      { kind: 'prefix', prefix: '9f3c1a2b-0000-4000-8000-000000000000', project: 'p' },
    ],
  ])('%s', (text, reference) => {
    expect(parseBuildReference(text)).toEqual(reference);
  });

  it('is a reference or a usage error, whatever is typed, and the error is clean', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...strange), maxLength: 12 }), (text) => {
        try {
          const reference = parseBuildReference(text);
          if (reference.kind === 'prefix') expect(reference.prefix).toMatch(/^[\w.-]+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).kind).toBe('usage');
          expect((error as AppError).message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        }
      }),
    );
  });

  it('comes apart at the first colon', () => {
    expect(splitBuildId('p:a:b')).toEqual({ project: 'p', uuid: 'a:b' });
    for (const none of ['', 'p', 'p:', ':a']) expect(splitBuildId(none)).toBeUndefined();
    expect(shortId({ uuid: '9f3c1a2b-0000' })).toBe('9f3c1a2b');
  });
});

describe('phases', () => {
  const phase = (type: string, status?: Phase['status']): Phase => ({
    type,
    contexts: [],
    ...(status ? { status } : {}),
  });

  it('blame the first that failed, not the last', () => {
    const phases = [
      phase('INSTALL', 'SUCCEEDED'),
      phase('BUILD', 'FAILED'),
      phase('UPLOAD_ARTIFACTS', 'FAILED'),
      phase('COMPLETED'),
    ];
    expect(firstFailure({ phases })?.type).toBe('BUILD');
    expect(firstFailure({ phases: phases.slice(0, 1) })).toBeUndefined();
  });

  it('tell queued from running from ended, for unknown statuses too', () => {
    expect(isQueued({ status: 'IN_PROGRESS', currentPhase: 'QUEUED' })).toBe(true);
    expect(isQueued({ status: 'IN_PROGRESS', currentPhase: 'BUILD' })).toBe(false);
    expect(hasEnded({ status: 'IN_PROGRESS', endedAt: 5 })).toBe(false);
    expect(hasEnded({ status: 'STOPPED' })).toBe(true);
    expect(hasEnded({ status: 'UNKNOWN' })).toBe(false);
    expect(hasEnded({ status: 'UNKNOWN', endedAt: 5 })).toBe(true);
  });

  it('take time, never less than none', () => {
    expect(elapsed({}, 10)).toBeUndefined();
    expect(elapsed({ startedAt: 4 }, 10)).toBe(6);
    expect(elapsed({ startedAt: 4, endedAt: 7 }, 10)).toBe(3);
    expect(elapsed({ startedAt: 40 }, 10)).toBe(0);
  });
});

describe('a target', () => {
  it.each([
    ['claude-code-auth-windows-build', undefined, 'windows'],
    ['p-linux-x64-build', 'WINDOWS_CONTAINER', 'linux-x64'],
    ['p-linux-arm64-build', undefined, 'linux-arm64'],
    ['p-macos-arm64-build', undefined, 'macos-arm64'],
    ['p-macos-intel-build', undefined, 'macos-intel'],
    ['whatever', 'WINDOWS_SERVER_2022_CONTAINER', 'windows'],
    ['whatever', 'ARM_CONTAINER', 'linux-arm64'],
    ['whatever', 'LINUX_GPU_CONTAINER', 'linux-x64'],
    ['whatever', 'MAC_ARM', 'macos-arm64'],
    ['whatever', 'SOMETHING_NEW', 'unknown'],
    ['whatever', undefined, 'unknown'],
  ])('of %s on %s is %s', (name, environment, target) => {
    expect(targetOfProject(name, environment)).toBe(target);
  });
});

describe('the console link', () => {
  const build: Pick<Build, 'id' | 'project' | 'arn'> = {
    id: 'p:9f3c',
    project: 'p',
    arn: 'arn:aws:codebuild:eu-west-1:210987654321:build/p:9f3c',
  };
  const connection = { place: 'aws', region: 'us-east-1' } as const;

  it('is of the build’s own region and account', () => {
    expect(consoleLink(build, connection)).toBe(
      'https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/210987654321/projects/p/build/p%3A9f3c/?region=eu-west-1',
    );
  });

  it('falls back to the session’s, and is none where nothing tells', () => {
    const { arn: _, ...bare } = build;
    expect(consoleLink(bare, connection)).toBeUndefined();
    const identity = { account: '123456789012', arn: '', userId: '' };
    expect(consoleLink(bare, { ...connection, identity })).toContain('/123456789012/');
    expect(consoleLink(build, { ...connection, place: 'sandbox' })).toBeUndefined();
  });

  it.each([
    ['us-gov-west-1', 'https://console.amazonaws-us-gov.com/'],
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
  ])('knows the hosts of %s', (region, start) => {
    const arn = `arn:x:codebuild:${region}:1:build/p:9f3c`;
    expect(consoleLink({ ...build, arn }, connection)?.startsWith(start)).toBe(true);
  });
});
