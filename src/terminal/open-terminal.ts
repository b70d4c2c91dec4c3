import type { Regions } from '../domain/regions.ts';
import type { Capabilities, Terminal } from '../domain/terminal.ts';
import { type Answers, question } from './answers.ts';
import { clipboardSequence } from './clipboard.ts';
import { createFrameStream } from './frame-stream.ts';
import { createKeySource, type RawInput } from './key-source.ts';
import { linkTo, withoutLinks } from './links.ts';
import { notificationSequence } from './notification.ts';
import { createOutput, type Output } from './output.ts';
import type { Size } from './screen.ts';
import { cancelSequence, enterProgram, leaveProgram, restoreTitle, saveTitle, titleOf } from './sequences.ts';
import type { TtySink } from './tty-sink.ts';
import { pause, readNow, writeAll, writeNow } from './tty-write.ts';

/** What the device needs of the process; `main` hands it over. */
export type TerminalHost = {
  stdin: RawInput;
  size: () => Size;
  /** Calls back when the window changed; the returned function ends that, as with all of these. */
  onWindowChange(listener: () => void): () => void;
  sink: TtySink;
  capabilities: Capabilities;
  /** What to ask the terminal, once; absent: nothing. */
  asking?: {
    /** Whether DECRQM may be sent, see `askable`. */
    mode: boolean;
    /** The capabilities with what the terminal has answered so far. */
    refine(answers: Answers): Capabilities;
  };
  /** Stops the whole process group and resolves when it goes on. */
  stopProcess(): Promise<void>;
  /** Calls back when somebody else asks us to stop (SIGTSTP). */
  onStop(listener: () => void): () => void;
  /** Calls back when the process goes on after somebody else stopped it. */
  onContinue(listener: () => void): () => void;
  /** The terminal is gone: nothing can be drawn any more. */
  onLost(error: unknown): void;
};

/** How long leaving waits for a terminal that does not read, in milliseconds. */
const patience = 300;

/** The same for the terminal's answers: the shell would take them for typed. */
const answersPatience = 1_000;

/** The terminal as a device; see {@link Terminal}. Nothing is written before `open()`. */
export function openTerminal(host: TerminalHost): Terminal {
  const { sink } = host;
  const onLost = (error: unknown) => {
    if (isOpen) host.onLost(error);
  };
  let regions: Regions = {};
  let { capabilities } = host;
  const makeOutput = (): Output =>
    createOutput({
      sink,
      size: host.size,
      regions: () => regions,
      onError: onLost,
      isSynchronized: () => capabilities.synchronizedOutput,
    });
  let isOpen = false;
  /** The screen is the shell's for now: stopped, or showing something raw. */
  let isAway = false;
  let hasTitle = false;
  let title: string | undefined;
  let answers: Answers = {};
  let isToAsk = false;
  let hasAsked = false;
  let output = makeOutput();
  let lastFrame: string | undefined;
  let lastSize = { ...host.size() };
  let undo: (() => void)[] = [];
  const listeners = new Set<() => void>();
  const keySource = createKeySource(host.stdin, onLost, (answer) => {
    answers = { ...answers, ...answer };
    capabilities = host.asking?.refine(answers) ?? capabilities;
  });
  /** Nothing waits for the answers, and nobody who sees the first picture waited for the question. */
  const ask = () => {
    if (!isToAsk || hasAsked || !host.asking || lastFrame === undefined || !isDrawing()) return;
    hasAsked = true;
    keySource.expectAnswers();
    output.send(question(host.asking));
  };
  const sendTitle = (text: string) => {
    output.send((hasTitle ? '' : saveTitle) + titleOf(text, capabilities.unicode));
    hasTitle = true;
  };

  const isDrawing = () => isOpen && !isAway;
  const noticeSize = () => {
    const size = host.size();
    if (size.columns === lastSize.columns && size.rows === lastSize.rows) return;
    lastSize = { ...size };
    // Terminals move what they show when their size changes, each in its way.
    output.forget();
    frames.emit('resize');
    for (const listener of listeners) listener();
  };
  const show = (frame: string) => output.show(capabilities.hyperlinks ? frame : withoutLinks(frame));
  const frames = createFrameStream(host.size, (frame) => {
    lastFrame = frame;
    if (!isDrawing()) return;
    show(frame);
    ask();
    // A change nobody told us of shows at the next picture at the latest.
    noticeSize();
  });
  const enter = () => {
    output = makeOutput();
    output.send(enterProgram);
    keySource.start();
    if (title !== undefined) sendTitle(title);
  };
  const leave = () => {
    // A signal leaves no time to wait for the answers by and by.
    if (keySource.isAwaiting() && output.isIdle()) {
      readNow(sink, keySource.take, keySource.isAwaiting, answersPatience);
    }
    keySource.stop();
    const { isCut } = output.stop();
    const shellTitle = hasTitle ? restoreTitle : '';
    hasTitle = false;
    writeNow(
      sink,
      (isCut ? cancelSequence + (capabilities.hyperlinks ? linkTo('') : '') : '') + shellTitle + leaveProgram,
      patience,
    );
  };
  const comeBack = () => {
    isAway = false;
    if (!isOpen) return;
    enter();
    noticeSize();
    if (lastFrame !== undefined) show(lastFrame);
  };

  /** An answer under way would be typed into the shell. */
  const answersTaken = () => Promise.race([keySource.answered(), pause(answersPatience)]);

  async function suspend(): Promise<void> {
    if (keySource.isAwaiting()) await answersTaken();
    if (!isDrawing()) return;
    isAway = true;
    leave();
    await host.stopProcess();
    comeBack();
  }

  async function stopOutside(): Promise<void> {
    keySource.stop();
    await host.stopProcess();
    if (isOpen) keySource.start();
  }

  async function outside(print: (write: (text: string) => void) => void): Promise<void> {
    if (!isDrawing()) return;
    isAway = true;
    leave();
    let text = '';
    print((part) => {
      text += part;
    });
    const controller = new AbortController();
    keySource.start();
    const key = keySource.nextChunk();
    void key.then(() => controller.abort());
    await writeAll(sink, text, controller.signal);
    const pressed = await key;
    keySource.stop();
    comeBack();
    // Ctrl-C leaves the program wherever it is pressed.
    if (pressed.includes(0x03)) keySource.type('\x03');
  }

  const terminal: Terminal = {
    get capabilities() {
      return capabilities;
    },
    size: host.size,
    onResize(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    frames,
    setRegions(painters) {
      regions = painters;
    },
    touch(when) {
      if (isDrawing()) output.touch(when);
    },
    keys: keySource.keys,
    ask() {
      isToAsk = true;
      ask();
    },
    open() {
      if (isOpen) return;
      isOpen = true;
      lastSize = { ...host.size() };
      undo = [
        host.onWindowChange(() => isDrawing() && noticeSize()),
        host.onStop(() => void (isAway ? stopOutside() : suspend())),
        host.onContinue(() => {
          // The shell may have drawn over everything and changed the modes.
          if (!isDrawing()) return;
          keySource.stop();
          output.stop();
          comeBack();
        }),
      ];
      enter();
    },
    async close() {
      if (!isOpen) return;
      await Promise.all([Promise.race([output.idle(), pause(patience)]), answersTaken()]);
      terminal.restoreSync();
    },
    restoreSync() {
      if (!isOpen) return;
      isOpen = false;
      for (const stop of undo.splice(0)) stop();
      if (isAway) keySource.stop();
      else leave();
      sink.close();
    },
    suspend,
    outside,
    copy(text) {
      if (!capabilities.clipboard) return false;
      const sequence = clipboardSequence(text, capabilities.multiplexer);
      if (sequence !== undefined && isDrawing()) output.send(sequence);
      return sequence !== undefined;
    },
    setTitle(text) {
      title = text;
      if (isDrawing()) sendTitle(text);
    },
    bell() {
      if (isDrawing()) output.send('\x07');
    },
    notify(heading, body) {
      const sequence = notificationSequence(heading, body, capabilities);
      if (sequence !== undefined && isDrawing()) output.send(sequence);
    },
  };
  return terminal;
}
