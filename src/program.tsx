import { render } from 'ink';
import { App } from './app.tsx';
import type { Build } from './domain/build.ts';
import type { Clock } from './domain/clock.ts';
import { AppError, type ExitCode, exitCodes } from './domain/errors.ts';
import type { LastList } from './domain/last-list.ts';
import type { Connect } from './domain/ports/connect.ts';
import type { LogFiles } from './domain/ports/log-files.ts';
import type { ProfilesService } from './domain/ports/profiles.ts';
import type { SandboxControl } from './domain/ports/sandbox.ts';
import type { Services } from './domain/ports/services.ts';
import type { SettingsStore } from './domain/settings.ts';
import type { Terminal } from './domain/terminal.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { createRuntime } from './runtime/runtime.ts';
import type { Store } from './runtime/store.ts';
import { logRegions } from './screens/build/log-regions.ts';
import { progressRegions } from './screens/build/progress-regions.ts';
import { buildsRegion } from './screens/builds/builds-region.ts';
import { type ProgramOptions, startingState } from './starting-state.ts';
import { listKept } from './state/builds-list.ts';
import { needsFrame, regionsDue } from './state/redraw.ts';
import type { State } from './state/state.ts';
import type { Target } from './state/state-session.ts';
import { ThemeContext, themeFor } from './ui/theme.ts';
import { AppSourceContext } from './ui/use-app-state.ts';
import { useKeymap } from './ui/use-keymap.ts';

export type { ProgramOptions };

export type ProgramDeps = {
  connect: Connect;
  sandbox: SandboxControl;
  settings: SettingsStore;
  files: LogFiles;
  profiles?: ProfilesService;
  clock: Clock;
  terminal: Terminal;
  /** Home folder in whose `.ccwb` and `.aws` profiles are looked for. */
  home: string;
  options: ProgramOptions;
  /** IANA name of the zone clock times are shown in. */
  timeZone: string;
  newToken: () => string;
  /** Opens a browser; absent where there is none. Never called inside SSH. */
  openUrl?: (url: string) => void;
  /** Notes a build that was started, for ccwb's `--status latest`. */
  recordLatestBuild?: (build: Build, services: Services) => Promise<void>;
  /** The list of builds as it was when the program last ended, for the account asked for; absent where none is kept. */
  lastLists?: LastLists;
  /** The debug file; gets no secrets. */
  log: (line: string) => void;
};

/** What is kept of each account's builds from one run to the next. */
export type LastLists = {
  read(target: Target): LastList | undefined;
  /** Keeps the list; one after another in quick succession are written as one, the last at `settle`. */
  keep(target: Target, list: LastList): void;
  settle(): void;
};

/**
 * Runs the full-screen program until the user leaves it; the terminal is as it was before when it resolves or rejects.
 * @throws AppError where the command line names an account or a build that cannot be opened, the settings cannot be
 * read, or a screen broke.
 */
export async function runProgram(deps: ProgramDeps): Promise<ExitCode> {
  const { terminal, clock } = deps;
  const settings = deps.settings.read();
  const initial = startingState({
    ...deps,
    settings,
    now: clock.now(),
    size: terminal.size(),
    capabilities: terminal.capabilities,
    lastListOf: (target) => deps.lastLists?.read(target),
  });
  const runtime = createRuntime({
    ...deps,
    profiles: deps.profiles,
    openUrl: deps.openUrl,
    recordLatestBuild: deps.recordLatestBuild,
    initial,
    maxLogBytes: settings.log.maxMegabytes * 1024 * 1024,
    notify: settings.notify,
    options: sessionOptions(deps.options),
    record: (event, at) => deps.log(`${new Date(at).toISOString()} event ${event.type}`),
  });
  const { store } = runtime;
  const crash = Promise.withResolvers<AppError>();
  const stopResizing = terminal.onResize(() => store.dispatch({ type: 'resized', ...terminal.size() }));
  let kept: number | undefined;
  const stopKeeping = store.subscribe(() => {
    const state = store.get();
    if (state.builds.at === kept) return;
    kept = state.builds.at;
    keepList(state, deps.lastLists);
  });
  terminal.open();
  store.dispatch({ type: 'resized', ...terminal.size() });
  const theme = themeFor(terminal.capabilities);
  const frames = frameSource(store, terminal);
  const regions = { get: frames.painted, logOf: runtime.logs.get };
  terminal.setRegions({
    ...progressRegions(regions, theme),
    ...logRegions(regions, theme),
    ...buildsRegion(regions, theme),
  });
  const source = { ...frames, logOf: runtime.logs.get };
  const ink = render(
    <ErrorBoundary onError={(error) => crash.resolve(crashError(error, deps))}>
      <ThemeContext value={theme}>
        <AppSourceContext value={source}>
          <Keys press={runtime.press} paste={runtime.paste} />
          <App />
        </AppSourceContext>
      </ThemeContext>
    </ErrorBoundary>,
    {
      stdout: terminal.frames as NodeJS.WriteStream,
      stdin: terminal.keys as NodeJS.ReadStream,
      debug: true,
      interactive: true,
      patchConsole: false,
      exitOnCtrlC: false,
    },
  );
  const stopAsking = store.subscribe(() => askOnce());
  const askOnce = () => {
    if (!isHereToStay(store.get())) return;
    stopAsking();
    terminal.ask();
  };
  askOnce();
  let ending: AppError | undefined;
  try {
    ending = await Promise.race([runtime.ended, crash.promise]);
  } finally {
    stopResizing();
    stopKeeping();
    stopAsking();
    // The shell is given back first: neither an empty last frame nor waiting for what still ends shall be seen.
    await terminal.close();
    ink.unmount();
    deps.lastLists?.settle();
    await withinMs(runtime.stop(), longestGoodbyeMs, clock);
  }
  if (ending) throw ending;
  return exitCodes.done;
}

/**
 * The state as frames show it: what only regions show goes to the terminal, past React, which would take milliseconds
 * for each line of a log.
 */
function frameSource(store: Store, terminal: Pick<Terminal, 'touch'>) {
  let shown = store.get();
  let painted = shown;
  const listeners = new Set<() => void>();
  store.subscribe(() => {
    const now = store.get();
    const due = regionsDue(painted, now);
    const isFrameDue = needsFrame(shown, painted, now);
    if (due || isFrameDue) painted = now;
    if (due) terminal.touch(due);
    if (!isFrameDue) return;
    shown = now;
    for (const listener of listeners) listener();
    // React makes no frame where nothing of it changed: regions may have, by the time alone.
    setImmediate(() => terminal.touch('soon'));
  });
  return {
    get: () => shown,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** What regions show: the state of the last change that was for them, or of the frame. */
    painted: () => painted,
  };
}

/** Whether nothing that the program was started with can end it any more. */
function isHereToStay({ session, opening, fatal }: State): boolean {
  if (fatal) return false;
  if (session.state === 'open') return opening === undefined;
  return session.state === 'choosing' || session.trouble !== undefined;
}

/** How long streams and actions get to end: an upload under way removes what it left. */
const longestGoodbyeMs = 5_000;

async function withinMs(work: Promise<void>, ms: number, clock: Clock): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, clock.sleep(ms, timer.signal).catch(() => {})]);
  timer.abort();
}

function Keys({ press, paste }: { press: (key: string) => void; paste: (text: string) => void }) {
  useKeymap(press, paste);
  return undefined;
}

function keepList(state: State, lastLists: LastLists | undefined): void {
  if (!lastLists || state.session.state !== 'open') return;
  const list = listKept(state.builds);
  if (list) lastLists.keep(state.session.target, list);
}

function sessionOptions(options: ProgramOptions) {
  const { region, endpointUrl, project, source } = options;
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
    ...(project === undefined ? {} : { project }),
    ...(source === undefined ? {} : { source }),
  };
}

function crashError(error: Error, deps: ProgramDeps): AppError {
  deps.log(`${new Date(deps.clock.now()).toISOString()} crash ${error.stack ?? error.message}`);
  return new AppError({
    kind: 'bug',
    message: `The screen broke: ${error.message}`,
    hint: 'Builds go on. Run again with --debug FILE and report what it holds.',
    cause: error,
  });
}
