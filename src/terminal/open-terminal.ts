import type { Capabilities, Terminal } from '../domain/terminal.ts';
import { clipboardSequence } from './clipboard.ts';
import { createFrameStream } from './frame-stream.ts';
import { createKeySource, type RawInput } from './key-source.ts';
import { createOutput, type Output } from './output.ts';
import type { Size } from './screen.ts';
import { cancelSequence, enterProgram, leaveProgram } from './sequences.ts';
import type { TtySink } from './tty-sink.ts';

/** What the device needs of the process; `main` hands it over. */
export type TerminalHost = {
  stdin: RawInput;
  size: () => Size;
  onWindowChange(listener: () => void): () => void;
  sink: TtySink;
  capabilities: Capabilities;
  /** Stops the whole process group and resolves when it goes on. */
  stopProcess(): Promise<void>;
  /** Calls back when the process goes on after somebody else stopped it. */
  onContinue(listener: () => void): () => void;
  /** The terminal is gone: nothing can be drawn any more. */
  onLost(error: unknown): void;
};

/** How long leaving waits for a terminal that does not read, in milliseconds. */
const patience = 300;

/** The terminal as a device; see {@link Terminal}. Nothing is written before `open()`. */
export function openTerminal(host: TerminalHost): Terminal {
  const makeOutput = (): Output =>
    createOutput({ sink: host.sink, size: host.size, onError: (error) => host.onLost(error) });
  let output = makeOutput();
  let isOpen = false;
  let isAway = false;
  let lastFrame: string | undefined;
  const listeners = new Set<() => void>();
  const keySource = createKeySource(host.stdin);

  const frames = createFrameStream(host.size, (frame) => {
    lastFrame = frame;
    if (isOpen && !isAway) output.show(frame);
  });
  const repaint = () => {
    output.forget();
    if (lastFrame !== undefined) output.show(lastFrame);
  };
  const enter = () => {
    output = makeOutput();
    output.send(enterProgram);
    keySource.start();
  };
  const leave = () => {
    keySource.stop();
    const { isCut } = output.stop();
    writeNow(host.sink, (isCut ? cancelSequence : '') + leaveProgram);
  };
  const onResize = () => {
    if (!isOpen || isAway) return;
    output.forget();
    frames.emit('resize');
    for (const listener of listeners) listener();
  };
  const onContinue = () => {
    if (!isOpen || isAway) return;
    // Somebody else stopped us: the shell may have drawn over everything and changed the modes.
    keySource.stop();
    output.stop();
    enter();
    repaint();
  };
  let undo: (() => void)[] = [];

  return {
    capabilities: host.capabilities,
    size: host.size,
    onResize(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    frames,
    keys: keySource.keys,
    open() {
      if (isOpen) return;
      isOpen = true;
      undo = [host.onWindowChange(onResize), host.onContinue(onContinue)];
      enter();
    },
    async close() {
      if (!isOpen) return;
      await Promise.race([output.idle(), pause(patience)]);
      this.restoreSync();
    },
    restoreSync() {
      if (!isOpen) return;
      isOpen = false;
      for (const stop of undo.splice(0)) stop();
      if (!isAway) leave();
      host.sink.close();
    },
    async suspend() {
      if (!isOpen || isAway) return;
      isAway = true;
      leave();
      await host.stopProcess();
      isAway = false;
      if (!isOpen) return;
      enter();
      onResize();
      repaint();
    },
    async outside(print) {
      if (!isOpen || isAway) return;
      isAway = true;
      leave();
      print((text) => writeNow(host.sink, text));
      await oneKey();
      isAway = false;
      if (!isOpen) return;
      enter();
      onResize();
      repaint();
    },
    copy(text) {
      const sequence = clipboardSequence(text, host.capabilities.multiplexer);
      if (sequence !== undefined && isOpen && !isAway) output.send(sequence);
      return sequence !== undefined;
    },
    setTitle(title) {
      if (isOpen && !isAway) output.send(`\x1b]2;${title.replace(/[^\x20-\x7e]/g, '?')}\x07`);
    },
    bell() {
      if (isOpen && !isAway) output.send('\x07');
    },
  };

  function oneKey(): Promise<void> {
    return new Promise((resolve) => {
      keySource.start();
      const release = keySource.intercept(() => {
        release();
        keySource.stop();
        resolve();
      });
    });
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

/** Writes at once, waiting a bounded time in all for a terminal that does not read. */
function writeNow(sink: TtySink, text: string): void {
  let bytes: Uint8Array = Buffer.from(text);
  const gate = new Int32Array(new SharedArrayBuffer(4));
  try {
    for (let waited = 0; bytes.length > 0 && waited < patience; ) {
      const taken = sink.write(bytes);
      bytes = bytes.subarray(taken);
      if (taken > 0) continue;
      Atomics.wait(gate, 0, 0, 5);
      waited += 5;
    }
  } catch {
    // The terminal is gone; there is nothing to restore.
  }
}
