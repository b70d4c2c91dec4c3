import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { createLogModels } from '../../src/runtime/log-models.ts';

const line = (text: string) => ({ timestamp: 1, text });

describe('the models of logs', () => {
  it('count lines, gaps and throttling, and say how old the last lines are', () => {
    const model = createLogModels().begin('a:1');
    model.take({ kind: 'waiting', reason: 'build-queued' }, 5);
    expect(model.progress()).toMatchObject({ count: 0, waiting: 'build-queued' });
    model.take({ kind: 'lines', lines: [line('one'), line('two')] }, 10);
    model.take({ kind: 'gap', after: 1, before: 2 }, 11);
    model.take({ kind: 'polled', at: 12, nextPollAt: 13, throttled: 2 }, 12);
    expect(model.progress()).toMatchObject({
      count: 3,
      first: 0,
      gaps: 1,
      throttled: 2,
      lastLinesAt: 10,
      waiting: undefined,
      end: undefined,
    });
    expect(model.line(1)?.text).toBe('two');
    // The gap stands in the log as a row of ours.
    expect(model.isNote(2)).toBe(true);
    expect(model.line(2)?.text).toMatch(/^gap: lines between .* may be missing$/);
  });

  it('raise the version with the lines', () => {
    const model = createLogModels().begin('a:1');
    const before = model.progress().version;
    model.take({ kind: 'lines', lines: [line('one')] }, 1);
    expect(model.progress().version).toBeGreaterThan(before);
  });

  it('keep a trouble until the next poll succeeds', () => {
    const model = createLogModels().begin('a:1');
    const error = new AppError({ kind: 'network', message: 'no network' });
    model.take({ kind: 'trouble', error, since: 1, nextTryAt: 2 }, 1);
    expect(model.progress().trouble?.error).toBe(error);
    model.take({ kind: 'polled', at: 2, nextPollAt: 3, throttled: 0 }, 2);
    expect(model.progress().trouble).toBeUndefined();
  });

  it('number the end of a log read upwards from 0, and tell when the beginning is there', () => {
    const model = createLogModels().begin('a:1');
    const older = (texts: string[], isBeginning = false) =>
      model.take({ kind: 'older', lines: texts.map(line), isBeginning }, 1);
    older(['three', 'four']);
    expect(model.progress()).toMatchObject({ count: 2, first: 0, origin: undefined, older: 'loading' });
    older(['one', 'two']);
    expect(model.slice(model.first, model.count).map((one) => one.text)).toEqual([
      'one',
      'two',
      'three',
      'four',
    ]);
    older([], true);
    model.take({ kind: 'end', reason: 'complete' }, 2);
    expect(model.progress()).toMatchObject({ count: 2, first: -2, origin: -2, older: undefined });
  });

  it('know the beginning of a log read from there', () => {
    const model = createLogModels().begin('a:1');
    model.take({ kind: 'lines', lines: [line('one')] }, 1);
    expect(model.progress()).toMatchObject({ origin: 0, older: undefined });
  });

  it('have enough once older lines find no room, and say that they are not held', () => {
    const model = createLogModels({ maxBytes: 4_000 }).begin('a:1');
    const page = Array.from({ length: 20 }, (_, index) => line(`${index} ${'x'.repeat(60)}`));
    for (let pages = 0; pages < 10 && !model.progress().end; pages += 1) {
      expect(model.progress().older).toBe(pages === 0 ? undefined : 'loading');
      model.take({ kind: 'older', lines: page, isBeginning: false }, 1);
    }
    expect(model.progress()).toMatchObject({
      end: { reason: 'complete' },
      older: 'not-held',
      origin: undefined,
    });
    expect(model.line(19)?.text).toMatch(/^19 /);
  });

  it('say that the older lines are missing no more than a log deleted on the way up', () => {
    const model = createLogModels().begin('a:1');
    model.take({ kind: 'older', lines: [line('last')], isBeginning: false }, 1);
    model.take({ kind: 'end', reason: 'complete', detail: 'deleted while it was read' }, 1);
    expect(model.progress()).toMatchObject({ count: 1, older: undefined, origin: undefined });
  });

  it('say how the log ended', () => {
    const model = createLogModels().begin('a:1');
    model.take({ kind: 'end', reason: 's3-only', detail: 's3://b/k' }, 1);
    expect(model.progress().end).toEqual({ reason: 's3-only', detail: 's3://b/k' });
  });

  it('begin anew where a build is opened again, and forget the oldest of many', () => {
    const models = createLogModels();
    models.begin('a').take({ kind: 'lines', lines: [line('one')] }, 1);
    expect(models.begin('a').count).toBe(0);
    models.begin('b');
    models.begin('c');
    expect(models.get('a')).toBeUndefined();
    expect(models.get('b')).toBeDefined();
    expect(models.get('c')).toBeDefined();
  });
});
