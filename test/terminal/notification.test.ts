import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notificationSequence } from '../../src/terminal/notification.ts';

const plain = { unicode: true, multiplexer: undefined } as const;

describe('a notification', () => {
  it.each([
    ['osc9', '\x1b]9;ccwb-tui: windows 9f3c1a2b\x07'],
    ['osc777', '\x1b]777;notify;ccwb-tui;windows 9f3c1a2b\x07'],
    ['osc99', '\x1b]99;i=ccwb-tui:d=0:p=title;ccwb-tui\x07\x1b]99;i=ccwb-tui:p=body;windows 9f3c1a2b\x07'],
    [undefined, undefined],
  ] as const)('of the kind %s', (notifications, sequence) => {
    expect(notificationSequence('ccwb-tui', 'windows 9f3c1a2b', { ...plain, notifications })).toBe(sequence);
  });

  it('goes through tmux and screen to the terminal behind', () => {
    const send = (multiplexer: 'tmux' | 'screen') =>
      notificationSequence('a', 'b', { notifications: 'osc777', unicode: true, multiplexer });
    expect(send('tmux')).toBe('\x1bPtmux;\x1b\x1b]777;notify;a;b\x07\x1b\\');
    expect(send('screen')).toBe('\x1bP\x1b]777;notify;a;b\x07\x1b\\');
  });

  it('is no command of Windows Terminal', () => {
    expect(notificationSequence('4;1;50', 'x', { ...plain, notifications: 'osc9' })).toBe(
      '\x1b]9; 4,1,50: x\x07',
    );
  });

  it('holds no control, no field and no text turned round of its own, and is short', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.boolean(),
        (title, body, unicode) => {
          const sequence =
            notificationSequence(title, body, { notifications: 'osc777', unicode, multiplexer: undefined }) ??
            '';
          const [, heading, text] = /^\x1b\]777;notify;([^;]*);([^;]*)\x07$/s.exec(sequence) ?? [];
          expect(heading).toBeDefined();
          expect(`${heading}${text}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
          expect([...(heading ?? '')].length).toBeLessThanOrEqual(120);
          if (!unicode) expect(sequence.slice(1, -1)).toMatch(/^[\x20-\x7e]*$/);
        },
      ),
    );
  });
});
