import type { Build, BuildStatus, Phase, PhaseContext, Target } from './build.ts';
import { maskSecrets } from './mask-secrets.ts';
import { sanitiseText } from './sanitise.ts';

/** The builds as last answered, as they are kept from one run of the program to the next. */
export type LastList = {
  /** Newest first; what points elsewhere (log, artifact, source, ARN) is not kept. */
  builds: readonly Build[];
  /** Whether older builds exist that are not among them. */
  more: boolean;
  total: number | undefined;
  /** When the answer came, epoch ms. */
  at: number;
};

/** Raised whenever what is kept changes its meaning; a file of another version is passed over. */
const schemaVersion = 1;

/** Builds kept: more than any screen shows at first. */
const mostKept = 50;

/** The list as text for its file: no links, no secrets. */
export function lastListText({ builds, more, total, at }: LastList): string {
  const kept = builds.slice(0, mostKept).map(withoutLinks);
  return JSON.stringify({
    version: schemaVersion,
    at,
    more: more || builds.length > kept.length,
    total,
    builds: kept,
  });
}

/**
 * The list in a file's text; undefined where it is broken, of another version, or from the future. Every string is
 * sanitised again: a file is a stranger too.
 */
export function parseLastList(text: string, now: number): LastList | undefined {
  try {
    const json = record(JSON.parse(text));
    const at = number(json.at);
    const list = array(json.builds);
    if (json.version !== schemaVersion || at > now || list.length > mostKept) return undefined;
    return {
      at,
      more: json.more === true,
      total: optional(json.total, number),
      builds: list.map(buildOf),
    };
  } catch {
    return undefined;
  }
}

function withoutLinks(build: Build) {
  const { id, project, uuid, number, status, currentPhase, startedAt, endedAt } = build;
  const { phases, initiator, target, environment } = build;
  return {
    ...{ id, project, uuid, number, status, currentPhase, startedAt, endedAt, initiator, target },
    phases: phases.map((phase) => ({ ...phase, contexts: phase.contexts.map(masked) })),
    environment: environment && { type: environment.type, computeType: environment.computeType },
  };
}

const masked = ({ code, message }: PhaseContext) => ({
  code: maskSecrets(code),
  message: maskSecrets(message).replace(/\b[a-z][a-z0-9+]*:\/\/\S+/gi, '(link)'),
});

const statuses: Readonly<Record<BuildStatus, true>> = {
  IN_PROGRESS: true,
  SUCCEEDED: true,
  FAILED: true,
  FAULT: true,
  TIMED_OUT: true,
  STOPPED: true,
  UNKNOWN: true,
};
const targets: Readonly<Record<Target, true>> = {
  windows: true,
  'linux-x64': true,
  'linux-arm64': true,
  'macos-arm64': true,
  'macos-intel': true,
  unknown: true,
};

function buildOf(value: unknown): Build {
  const json = record(value);
  return {
    id: string(json.id),
    project: string(json.project),
    uuid: string(json.uuid),
    status: oneOf(statuses, json.status),
    target: oneOf(targets, json.target),
    phases: array(json.phases).map(phaseOf),
    log: { kind: 'pending' },
    ...given('number', optional(json.number, number)),
    ...given('currentPhase', optional(json.currentPhase, string)),
    ...given('startedAt', optional(json.startedAt, number)),
    ...given('endedAt', optional(json.endedAt, number)),
    ...given('initiator', optional(json.initiator, string)),
    ...given('environment', optional(json.environment, environmentOf)),
  };
}

function environmentOf(value: unknown) {
  const json = record(value);
  return { type: string(json.type), computeType: string(json.computeType) };
}

function phaseOf(value: unknown): Phase {
  const json = record(value);
  return {
    type: string(json.type),
    contexts: array(json.contexts).map((context) => {
      const { code, message } = record(context);
      return { code: string(code), message: string(message) };
    }),
    ...given(
      'status',
      optional(json.status, (status) => oneOf(statuses, status)),
    ),
    ...given('startedAt', optional(json.startedAt, number)),
    ...given('endedAt', optional(json.endedAt, number)),
  };
}

function wrong(): never {
  throw new TypeError('Not a list of builds.');
}

const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined || value === null ? undefined : read(value);
const given = <Name extends string, T>(name: Name, value: T | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [name in Name]?: T };
const string = (value: unknown) => (typeof value === 'string' ? sanitiseText(value) : wrong());
const number = (value: unknown) => (Number.isFinite(value) && Number(value) >= 0 ? Number(value) : wrong());
const array = (value: unknown): unknown[] => (Array.isArray(value) ? value : wrong());
const record = (value: unknown) =>
  (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : wrong()) as Readonly<
    Record<string, unknown>
  >;
const oneOf = <T extends string>(known: Readonly<Record<T, true>>, value: unknown): T =>
  typeof value === 'string' && Object.hasOwn(known, value) ? (value as T) : wrong();
