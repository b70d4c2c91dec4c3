/** A place for what libraries print by themselves; the debug file, or nowhere. */
export type NoiseSink = (text: string) => void;

/** Loggers the SDK is given: its defaults print to the console, which would smear the screen. */
export const silentLogger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};

type ConsoleLike = Record<
  'log' | 'info' | 'warn' | 'error' | 'debug' | 'trace',
  (...values: unknown[]) => void
>;
type WarningSource = {
  listeners(event: 'warning'): unknown[];
  removeAllListeners(event: 'warning'): unknown;
  on(event: 'warning', listener: (warning: Error) => void): unknown;
};

const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

/**
 * Sends everything libraries print by themselves (console methods, Node's process warnings such as the SDK's
 * notice about old Node versions) to `sink` from now on. For `main`, before the first import of the SDK.
 * Returns the way back.
 */
export function quietNoise(
  targets: { process: WarningSource; console: ConsoleLike },
  sink: NoiseSink,
): () => void {
  const saved = new Map(methods.map((name) => [name, targets.console[name]]));
  for (const name of methods) {
    targets.console[name] = (...values) => sink(`console.${name}: ${values.map(String).join(' ')}`);
  }
  const printers = targets.process.listeners('warning') as ((warning: Error) => void)[];
  // Node prints warnings from a listener of its own: taking it away is what keeps them off stderr.
  targets.process.removeAllListeners('warning');
  targets.process.on('warning', (warning) => sink(`${warning.name}: ${warning.message}`));
  return () => {
    for (const [name, method] of saved) targets.console[name] = method;
    targets.process.removeAllListeners('warning');
    for (const printer of printers) targets.process.on('warning', printer);
  };
}
