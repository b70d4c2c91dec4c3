import { describe, expect, it } from 'vitest';
import type { Build } from '../../src/domain/build.ts';
import { selectFailure, selectPhases, selectSummary } from '../../src/state/select-build.ts';
import { phasesOf, pictureBuilds, pictureTime, sampleBuild, wholeRun } from '../support/sample-builds.ts';
import { connected, hear, keyed, withBuilds } from '../support/states.ts';

const failed = (fields: object) => sampleBuild({ uuid: 'f0000000-1', status: 'FAILED', ...fields });

describe('why a build failed', () => {
  it('is told by the first phase that failed, not by those that failed after it', () => {
    const build = pictureBuilds().find((it) => it.status === 'FAILED');
    expect(build && selectFailure(build)).toEqual({
      title: 'BUILD failed after 24s  COMMAND_EXECUTION_ERROR',
      message: 'python -m nuitka … exit status 1',
    });
  });

  it('prefers a context that says something', () => {
    const phases = phasesOf(0, [['DOWNLOAD_SOURCE', 2, 'FAILED']]);
    phases[0]?.contexts.push({ code: '', message: '' }, { code: 'YAML_FILE_ERROR', message: 'no buildspec' });
    expect(selectFailure(failed({ phases }))).toEqual({
      title: 'SOURCE failed after 2s  YAML_FILE_ERROR',
      message: 'no buildspec',
    });
  });

  it('says what is not known', () => {
    expect(selectFailure(failed({ phases: [] })).message).toBe('CodeBuild names no phase that failed.');
    const timedOut = failed({ status: 'TIMED_OUT', phases: phasesOf(0, [['BUILD', 1800, 'TIMED_OUT']]) });
    expect(selectFailure(timedOut)).toEqual({
      title: 'BUILD timed out after 30m00',
      message: 'CodeBuild gives no reason.',
    });
    const stopped = failed({ status: 'STOPPED', phases: phasesOf(0, [['INSTALL', 100, 'STOPPED']]) });
    expect(selectFailure(stopped)).toMatchObject({ title: 'INSTALL stopped after 1m40' });
    expect(selectFailure(stopped).message).toMatch(/^It was stopped/);
  });
});

describe('the phases of a build', () => {
  it('are known, running with a bar where the usual time is known, or still to come', () => {
    const [first, second] = selectPhases(keyed(withBuilds(), 'enter'));
    expect(first.map((phase) => `${phase.word} ${phase.time}`)).toEqual([
      'SUBMITTED 0s',
      'QUEUED 1s',
      'PROVISIONING 48s',
      'SOURCE 3s',
      'INSTALL 1m02',
    ]);
    expect(second.map((phase) => [phase.word, phase.status, phase.progress?.of])).toEqual([
      ['PRE_BUILD', 'SUCCEEDED', undefined],
      ['BUILD', 'IN_PROGRESS', '~8m05'],
      ['POST', undefined, undefined],
      ['UPLOAD', undefined, undefined],
      ['FINALIZE', undefined, undefined],
    ]);
  });

  it('have no bar without history', () => {
    const alone = keyed(withBuilds(connected(), pictureBuilds().slice(0, 1)), 'enter');
    expect(selectPhases(alone)[1].some((phase) => phase.progress)).toBe(false);
  });

  it('have no bar where a phase usually takes no time: it would only be full', () => {
    const started = pictureTime - 2_000;
    const queued = sampleBuild({
      uuid: 'a11ce000-1111-4222-8333-444455556666',
      status: 'IN_PROGRESS',
      startedAt: started,
      currentPhase: 'SUBMITTED',
      phases: phasesOf(started, [['SUBMITTED', 0, 'running']]),
    });
    const done = (uuid: string, seconds: number): Build =>
      sampleBuild({
        uuid,
        startedAt: 0,
        endedAt: 60_000,
        phases: [
          { type: 'SUBMITTED', status: 'SUCCEEDED', startedAt: 0, endedAt: seconds * 1_000, contexts: [] },
        ],
      });
    const barAfter = (seconds: number) =>
      selectPhases(keyed(withBuilds(connected(), [queued, done('b', seconds)]), 'enter'))[0][0]?.progress;
    expect(barAfter(0.2)).toBe(undefined);
    expect(barAfter(4)).toEqual({ fraction: 0.5, of: '~4s' });
  });

  it('are all to come before the build is known', () => {
    const state = hear(connected(), { type: 'go', route: { screen: 'build', id: 'p:x', attempt: 1 } });
    expect(selectSummary(state)).toBeUndefined();
    expect(selectPhases(state).flat()).toHaveLength(wholeRun.length);
    expect(
      selectPhases(state)
        .flat()
        .every((phase) => phase.status === undefined),
    ).toBe(true);
  });
});

describe('the summary of a build', () => {
  it('says the manual’s figure where there is no history, and only for Windows', () => {
    const [windows, linux] = pictureBuilds();
    const facts = (builds: typeof windows) => {
      if (!builds) throw new Error('no build');
      return selectSummary(keyed(withBuilds(connected(), [builds]), 'enter'))?.facts;
    };
    expect(facts(windows)).toEqual(['#214 by alice 10:30', '(manual: 12–15 min)', '~$0.22 so far']);
    expect(facts(linux)).toEqual(['#31 by alice 10:29', '~$0.06 so far']);
  });

  it('says that a build takes longer than usual', () => {
    const [windows, , good] = pictureBuilds();
    if (!windows || !good) throw new Error('no builds');
    const slow = { ...windows, startedAt: 0, phases: [] };
    expect(selectSummary(keyed(withBuilds(connected(), [slow, good]), 'enter'))?.facts[1]).toBe(
      'longer than the usual 12m48',
    );
  });
});
