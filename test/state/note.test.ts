import { describe, expect, it } from 'vitest';
import { codePlace } from '../../src/state/code-place.ts';
import type { State } from '../../src/state/state.ts';
import { beginning, connected, hear, keyed, pressed, withBuilds } from '../support/states.ts';

const url = 'https://example.com/package.zip';
const code = { size: 41, modules: new Uint8Array(41 * 41) };

/** On the packages, the marked one with a link. */
const marked = (): State =>
  hear(keyed(withBuilds(connected(beginning({ codeLook: { colorDepth: 24, unicode: true } }))), '2'), {
    type: 'distributions',
    list: [
      {
        key: 'k',
        filename: '../f.zip',
        size: 1,
        modifiedAt: 1,
        state: 'valid',
        url,
        checksum: 'ab'.repeat(32),
        expiresAt: Number.MAX_SAFE_INTEGER,
      },
    ],
    record: undefined,
  });

describe('a QR code', () => {
  it('is asked for by Q, and is shown only while its package is still meant', () => {
    expect(pressed(marked(), 'Q').effects).toEqual([{ effect: 'show-code', url, filename: '../f.zip' }]);
    const shown = hear(marked(), { type: 'code-shown', url, code });
    expect(shown.code?.url).toBe(url);
    const elsewhere = hear(keyed(marked(), '1'), { type: 'code-shown', url, code });
    expect(elsewhere.code).toBeUndefined();
  });

  it('has no room any more where the terminal was made smaller, and goes with its screen', () => {
    const shown = hear(
      marked(),
      { type: 'resized', columns: 80, rows: 25 },
      { type: 'code-shown', url, code },
    );
    expect(codePlace(shown)).toBe('screen');
    expect(codePlace(hear(shown, { type: 'resized', columns: 80, rows: 24 }))).toBe('nowhere');
    expect(hear(shown, { type: 'back' }).code).toBeUndefined();
  });

  it('is closed by any key, which does nothing else', () => {
    const shown = hear(
      marked(),
      { type: 'resized', columns: 80, rows: 25 },
      { type: 'code-shown', url, code },
    );
    for (const key of ['x', 'd', 'Y', 'esc', 'enter', '1']) {
      const { state, effects } = pressed(shown, key);
      expect(state, key).toMatchObject({ code: undefined, route: { screen: 'distributions' } });
      expect(effects, key).toEqual([]);
    }
    expect(pressed(shown, 'ctrl-c').effects).toEqual([{ effect: 'quit' }]);
  });
});

describe('a landing page', () => {
  const onPage = (page: { url?: string }): State =>
    hear(keyed(withBuilds(connected()), '2'), {
      type: 'distributions',
      list: [
        {
          key: 'packages/mac/latest.zip',
          filename: 'latest.zip',
          size: 1,
          modifiedAt: 1,
          state: 'unknown',
          landingPage: { platform: 'mac', ...page },
          ...page,
        },
      ],
      record: undefined,
    });

  it('is shown as a code by its address, or the reason why not', () => {
    const { effects } = pressed(onPage({ url: 'https://get.example.com' }), 'Q');
    expect(effects).toEqual([
      { effect: 'show-code', url: 'https://get.example.com', filename: 'latest.zip' },
    ]);
    const nowhere = pressed(onPage({}), 'Q');
    expect(nowhere.effects).toEqual([]);
    expect(nowhere.state.notice?.text).toContain('whose address is not known here');
    expect(pressed(onPage({ url: 'https://get.example.com' }), 'S').state.notice?.text).toContain(
      'landing page',
    );
  });
});

describe('saving the note', () => {
  it('proposes a name in this folder, whatever the package is called', () => {
    expect(keyed(marked(), 'S').overlay).toMatchObject({ purpose: 'save-note', text: 'f.txt' });
  });

  it('saves nothing without a name', () => {
    expect(pressed(marked(), 'S', 'ctrl-u', 'enter').effects).toEqual([]);
  });
});
