import { describe, expect, it } from 'vitest';
import { quietNoise } from '../../src/services/sdk-noise.ts';

describe('noise', () => {
  it('goes to the sink instead of the screen, and the old ways come back', async () => {
    const printed: unknown[][] = [];
    const warned: string[] = [];
    const listeners: ((warning: Error) => void)[] = [(warning) => warned.push(warning.message)];
    const fakeConsole = Object.fromEntries(
      ['log', 'info', 'warn', 'error', 'debug', 'trace'].map((name) => [
        name,
        (...values: unknown[]) => printed.push(values),
      ]),
    ) as unknown as Parameters<typeof quietNoise>[0]['console'];
    const fakeProcess = {
      listeners: () => [...listeners],
      removeAllListeners: () => listeners.splice(0),
      on: (_: 'warning', listener: (warning: Error) => void) => listeners.push(listener),
    };
    const heard: string[] = [];
    const restore = quietNoise({ process: fakeProcess, console: fakeConsole }, (text) => heard.push(text));
    fakeConsole.warn('SDK', 'says');
    for (const listener of listeners)
      listener(Object.assign(new Error('old Node'), { name: 'NodeVersionSupportWarning' }));
    expect(heard).toEqual(['console.warn: SDK says', 'NodeVersionSupportWarning: old Node']);
    expect([printed, warned]).toEqual([[], []]);
    restore();
    fakeConsole.warn('again');
    for (const listener of listeners) listener(new Error('again'));
    expect([printed, warned]).toEqual([[['again']], ['again']]);
  });
});
