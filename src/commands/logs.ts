import { AppError } from '../domain/errors.ts';
import type { LogLine, LogUpdate } from '../domain/log.ts';
import { plain } from '../domain/sanitise.ts';
import type { CommandContext } from './context.ts';
import { jsonLine, jsonText } from './json.ts';
import { loseHope } from './patience.ts';

export type LogsOptions = {
  build: string;
  follow: boolean;
  filter?: RegExp;
  /** Milliseconds back from now. */
  since?: number;
  timestamps: boolean;
};

/** `ccwb-tui logs`: every line once, in order; with `--follow` until the build has ended and its log is drained. */
export async function logs(context: CommandContext, options: LogsOptions): Promise<number> {
  const services = await context.connect();
  const build = await services.builds.resolve(options.build, services.deployment.projects, context.signal);
  const query = {
    buildId: build.id,
    once: !options.follow,
    ...(options.since === undefined ? {} : { since: context.clock.now() - options.since }),
  };
  const collected: LogLine[] = [];
  const { io } = context;
  const asArray = context.options.json && !options.follow;
  const tell = troubleTeller(io.err);
  let hasRead = false;
  for await (const update of services.logs.follow(query, context.signal)) {
    tell(update);
    hasRead ||= update.kind === 'polled' || update.kind === 'lines';
    if (update.kind === 'trouble') loseHope(update, context.clock.now(), hasRead);
    if (update.kind === 'end') {
      explainEnd(update, build.id);
      continue;
    }
    if (update.kind !== 'lines') continue;
    const lines = update.lines.filter((line) => options.filter?.test(plain(line.text)) ?? true);
    if (lines.length === 0) continue;
    if (asArray) collected.push(...lines);
    else if (context.options.json) await io.out(lines.map((line) => jsonLine(lineJson(line))).join(''));
    else await io.out(lines.map((line) => `${lineText(line, options.timestamps, io.color)}\n`).join(''));
  }
  context.signal.throwIfAborted();
  if (asArray) await io.out(jsonText(collected.map(lineJson)));
  return 0;
}

const lineJson = (line: LogLine) => ({
  timestamp: new Date(line.timestamp).toISOString(),
  message: plain(line.text),
});

/** A log line for stdout: colours only where stdout shows them. */
export function lineText(line: LogLine, timestamps: boolean, color: boolean): string {
  const text = color ? line.text : plain(line.text);
  return timestamps ? `${new Date(line.timestamp).toISOString()} ${text}` : text;
}

/** Tells on stderr, once per change, why no lines come. */
export function troubleTeller(err: (text: string) => void): (update: LogUpdate) => void {
  let last = '';
  const say = (text: string) => {
    if (text && text !== last) err(`${text}\n`);
    last = text;
  };
  return (update) => {
    if (update.kind === 'waiting') say('Waiting for the log: the build has not begun to write it.');
    else if (update.kind === 'trouble') say(`${update.error.message} Trying again.`);
    else if (update.kind === 'gap') err('-- lines may be missing here --\n');
    else if (update.kind === 'lines') last = '';
  };
}

function explainEnd(update: LogUpdate & { kind: 'end' }, buildId: string): void {
  if (update.reason === 'complete') {
    if (!update.detail) return;
    throw new AppError({ kind: 'not-found', message: `The log of build ${buildId} was ${update.detail}.` });
  }
  const reasons = {
    'no-log': 'has no log: it expired, or the build never wrote one',
    expired: 'has no log any more: it has expired',
    disabled: 'has its CloudWatch log switched off',
    's3-only': `keeps its log in S3 alone${update.detail ? `: ${update.detail}` : ''}`,
  };
  const isKept = update.reason === 'disabled' || update.reason === 's3-only';
  throw new AppError({
    kind: 'not-found',
    message: `Build ${buildId} ${reasons[update.reason]}.`,
    ...(isKept ? {} : { hint: 'Log groups of ccwb keep their events for 7 days.' }),
  });
}
