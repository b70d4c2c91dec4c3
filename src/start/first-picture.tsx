import { homedir } from 'node:os';
import { App } from '../app.tsx';
import { machineZone } from '../domain/durations.ts';
import { composeFrame } from '../domain/regions.ts';
import { plain } from '../domain/sanitise.ts';
import type { Terminal } from '../domain/terminal.ts';
import { isNarrow } from '../domain/width.ts';
import { buildsRegion } from '../screens/builds/builds-region.ts';
import { readSettings } from '../services/read-settings.ts';
import { quietNoise } from '../services/sdk-noise.ts';
import { startingState } from '../starting-state.ts';
import type { State } from '../state/state.ts';
import { drawStill } from '../still/draw.ts';
import { readCapabilities, requireCursorAddressing } from '../terminal/capabilities.ts';
import { screenSize } from '../terminal/process-host.ts';
import { type Theme, ThemeContext, themeFor } from '../ui/theme.ts';
import { AppSourceContext } from '../ui/use-app-state.ts';
import { openDevice } from './device.ts';
import { programFolders } from './folders.ts';
import { keptLists } from './kept-lists.ts';
import { type ProgramLine, programOptions } from './program-line.ts';

/**
 * Draws the program's own first frame, the list of the last run in it, before React, Ink and the SDK are loaded.
 * Answers the open terminal for the program to go on with; undefined, and nothing is touched, where anything speaks
 * against it: that is for the program to tell.
 */
export function paintFirstPicture(process: NodeJS.Process, line: ProgramLine): Terminal | undefined {
  const { stdin, stdout, env } = process;
  if (!stdin.isTTY || !stdout.isTTY) return undefined;
  try {
    requireCursorAddressing(env);
    const { options } = line;
    const home = env.HOME || homedir();
    const folders = programFolders(process.platform, env, home);
    const settings = readSettings(folders.config);
    const capabilities = readCapabilities(env, options, settings.terminal);
    const size = screenSize(stdout);
    const now = Date.now();
    const program = programOptions(line);
    const lastLists = keptLists({
      dataDir: folders.data,
      clock: { now: () => now },
      choice: program,
      place: { home, cwd: process.cwd(), env },
    });
    const state = startingState({
      options: program,
      settings,
      now,
      size,
      capabilities,
      timeZone: machineZone,
      lastListOf: lastLists.read,
    });
    const frame = firstFrame(state, themeFor(capabilities));
    return show(frame, openDevice(process, options, settings.terminal));
  } catch {
    // Above all what could not be read: the program says what is wrong with it.
    return undefined;
  }
}

function show(frame: string, terminal: Terminal): Terminal {
  // What Node or a library prints from now on would stand in the picture; the program has its own place for it.
  const undo = quietNoise({ process, console }, () => {});
  try {
    terminal.open();
    terminal.frames.write(frame);
    return terminal;
  } catch (error) {
    terminal.restoreSync();
    undo();
    throw error;
  }
}

/**
 * The first frame of the program in this state, its regions filled.
 * @throws TypeError where only Ink can draw it, or a text needs its characters measured.
 */
export function firstFrame(state: State, theme: Theme): string {
  const source = { get: () => state, subscribe: () => () => {}, logOf: () => undefined };
  const rows = drawStill(
    <ThemeContext value={theme}>
      <AppSourceContext value={source}>
        <App />
      </AppSourceContext>
    </ThemeContext>,
  );
  const frame = composeFrame(rows.join('\n'), state.size, buildsRegion(source, theme));
  if (!frame.every((row) => isNarrow(plain(row)))) throw new TypeError('A text that must be measured.');
  return frame.join('\n');
}
