import type { Regions } from './regions.ts';

/** Sequences that make the terminal tell something on the desktop. */
export type NotificationKind = 'osc9' | 'osc777' | 'osc99';

/** What the terminal can do, from the flags, the settings, the environment, the locale and the terminal's own answers. */
export type Capabilities = {
  /** 0 none (NO_COLOR, --no-color), 4, 8 or 24 bits. */
  colorDepth: 0 | 4 | 8 | 24;
  /** False with --ascii or a locale that is not UTF-8: only ASCII may be drawn. */
  unicode: boolean;
  /** Inside an SSH session: never start a browser. */
  ssh: boolean;
  multiplexer: 'tmux' | 'screen' | undefined;
  /** OSC 8: text that leads to an address. */
  hyperlinks: boolean;
  notifications: NotificationKind | undefined;
  /** DEC 2026. True also where nobody knows: a terminal that does not know it ignores it. */
  synchronizedOutput: boolean;
  /** OSC 52; whether the terminal really takes it nobody knows. */
  clipboard: boolean;
};

/** The terminal as a device. The program owns it from `open` to `close`; both and every exit path restore it. */
export interface Terminal {
  /** As known now: the terminal may answer what it is asked. */
  readonly capabilities: Capabilities;
  size(): { columns: number; rows: number };
  /** Calls back after each change of size; returns the way to stop. */
  onResize(listener: () => void): () => void;
  /** Where Ink writes: every write is one whole frame; the device sends only what changed and never queues frames. */
  readonly frames: NodeJS.WritableStream;
  /** What paints the holes that frames leave for regions; set before the first frame. */
  setRegions(regions: Regions): void;
  /** Regions have changed: drawn at once (a key waits for it), or soon, at most 30 times a second. */
  touch(when: 'now' | 'soon'): void;
  /** Where Ink reads keys from. */
  readonly keys: NodeJS.ReadableStream;
  /**
   * Asks the terminal, once and behind a picture, who it is. Leaving soon afterwards has to wait for its answers, which the
   * shell would take for typed: not before it is known that the program stays.
   */
  ask(): void;
  /** Alternate screen, raw mode, cursor hidden. */
  open(): void;
  /** Restores the shell's screen, cursor, colours and modes; safe to call twice. Waits a bounded time for output. */
  close(): Promise<void>;
  /** The same, at once and without waiting: for crashes and signals. */
  restoreSync(): void;
  /** Leaves the alternate screen, stops the whole process group (Ctrl-Z), comes back with a full repaint. */
  suspend(): Promise<void>;
  /** Runs `task` outside the alternate screen (raw view), waits for a key, comes back with a full repaint. */
  outside(print: (write: (text: string) => void) => void): Promise<void>;
  /** Sends text to the clipboard by OSC 52; false where it is too long to be sent, or not wanted. There is no acknowledgement. */
  copy(text: string): boolean;
  setTitle(title: string): void;
  bell(): void;
  /** Tells something on the desktop; nothing where the terminal cannot. */
  notify(title: string, body: string): void;
}
