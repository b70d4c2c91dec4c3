import type { Build, Project } from '../../src/domain/build.ts';
import type {
  DistributionEvent,
  DistributionOptions,
  DistributionQuestion,
  DistributionRecord,
  LeftoverRun,
  PackageEntry,
} from '../../src/domain/distribution.ts';
import { AppError } from '../../src/domain/errors.ts';
import type { LinkCheck, Removal } from '../../src/domain/links.ts';
import type { LogUpdate } from '../../src/domain/log.ts';
import type { BuildsUpdate } from '../../src/domain/ports/builds.ts';
import type { Connect } from '../../src/domain/ports/connect.ts';
import type { Services } from '../../src/domain/ports/services.ts';
import type { Connection, Deployment } from '../../src/domain/profile.ts';

/**
 * An account in memory behind the ports: builds, logs and packages that a test changes, and that whoever follows
 * them hears of. It keeps state and answers from it; it does not check that it was called in some way.
 */
export type FakeAccount = {
  readonly connect: Connect;
  readonly services: Services;
  /** What was asked of it that changes something, in order. */
  readonly done: string[];
  /** Streams open now, by name. */
  openStreams(): string[];
  setBuilds(builds: readonly Build[], more?: { more?: boolean; total?: number }): void;
  setBuild(build: Build): void;
  /** Makes every poll fail until it is called with nothing. */
  setTrouble(error?: AppError): void;
  log(id: string): Channel<LogUpdate>;
  setSource(source: { modifiedAt: number; size: number } | undefined): void;
  /** `said`: what the list is made without. */
  setPackages(list: readonly PackageEntry[], record?: DistributionRecord, said?: readonly string[]): void;
  setLeftovers(list: readonly LeftoverRun[]): void;
  /** The run of `make` under way: what it yields is pushed here; `end()` ends it, `fail` makes it throw. */
  readonly making: Channel<DistributionEvent>;
  /** What the run under way was asked to make. */
  asked(): DistributionOptions | undefined;
  /** Asks what the run under way asks; resolves with the answer. */
  ask(question: DistributionQuestion): Promise<boolean>;
  /** What operations on links come to. */
  setAnswers(answers: Partial<LinkAnswers>): void;
  failStart(error: AppError | undefined): void;
  isClosed(): boolean;
};

export type LinkAnswers = {
  check: LinkCheck | AppError;
  removal: Removal | AppError;
  /** What revoking asks first. */
  asks?: DistributionQuestion;
  /** Files that are there already: downloading over them asks. */
  files: string[];
};

/** A queue with one reader at a time. */
export type Channel<T> = {
  push(...items: T[]): void;
  end(): void;
  fail(error: unknown): void;
  read(signal: AbortSignal): AsyncGenerator<T>;
};

export function createChannel<T>(): Channel<T> {
  let items: T[] = [];
  let ending: { error?: unknown } | undefined;
  let wake = () => {};
  return {
    push(...more) {
      items.push(...more);
      wake();
    },
    end() {
      ending = {};
      wake();
    },
    fail(error) {
      ending = { error };
      wake();
    },
    async *read(signal) {
      while (!signal.aborted) {
        const batch = items;
        items = [];
        for (const item of batch) yield item;
        if (items.length > 0) continue;
        if (ending) {
          const { error } = ending;
          ending = undefined;
          if (error !== undefined) throw error;
          return;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    },
  };
}

export function createFakeAccount(options: {
  now: () => number;
  connection?: Partial<Connection>;
  deployment?: Partial<Deployment>;
  projects?: Project[];
}): FakeAccount {
  const done: string[] = [];
  const streams = new Map<string, number>();
  let builds: readonly Build[] = [];
  let more: { more?: boolean; total?: number } = {};
  let trouble: { error: AppError; since: number } | undefined;
  let source: { modifiedAt: number; size: number } | undefined;
  let packages: readonly PackageEntry[] = [];
  let packagesSaid: readonly string[] = [];
  let leftovers: readonly LeftoverRun[] = [];
  let record: DistributionRecord | undefined;
  let startError: AppError | undefined;
  let answers: LinkAnswers = {
    check: { verdict: 'unknown', detail: 'Nothing is known.' },
    removal: {
      key: 'k',
      how: 'deleted',
      versions: 1,
      answers: [],
      record: { kind: 'untouched' },
      remarks: [],
    },
    files: [],
  };
  let isClosed = false;
  let started = 0;
  const followers = new Set<() => void>();
  const tell = () => {
    for (const follower of [...followers]) follower();
  };
  const logs = new Map<string, Channel<LogUpdate>>();
  const making = createChannel<DistributionEvent>();
  let run: (DistributionOptions & { signal: AbortSignal }) | undefined;
  const logOf = (id: string) => {
    const known = logs.get(id) ?? createChannel<LogUpdate>();
    logs.set(id, known);
    return known;
  };

  /** Yields `look()` at once and after every change. */
  async function* changes<T>(
    name: string,
    look: () => T | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<T> {
    streams.set(name, (streams.get(name) ?? 0) + 1);
    try {
      while (!signal.aborted) {
        const changed = Promise.withResolvers<void>();
        const wake = () => changed.resolve();
        followers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
        const seen = look();
        if (seen !== undefined) yield seen;
        await changed.promise;
        followers.delete(wake);
      }
    } finally {
      const left = (streams.get(name) ?? 1) - 1;
      if (left === 0) streams.delete(name);
      else streams.set(name, left);
    }
  }

  const troubled = () => {
    const at = options.now();
    return trouble && { kind: 'trouble' as const, ...trouble, nextTryAt: at + 10_000 };
  };
  const find = (id: string) => builds.find((build) => build.id === id);
  const must = (id: string): Build => {
    const build = find(id);
    if (build) return build;
    throw new AppError({ kind: 'not-found', message: `There is no build ${id}.` });
  };
  const startOne = (project: string): Build => {
    if (startError) throw startError;
    started += 1;
    const uuid = `${started}a11ce00-0000-4000-8000-000000000000`.slice(-36);
    const build: Build = {
      id: `${project}:${uuid}`,
      project,
      uuid,
      number: 300 + started,
      status: 'IN_PROGRESS',
      currentPhase: 'QUEUED',
      startedAt: options.now(),
      phases: [],
      target: 'linux-x64',
      log: { kind: 'pending' },
      initiator: 'you',
    };
    builds = [build, ...builds];
    tell();
    return build;
  };

  const services: Services = {
    connection: {
      place: 'aws',
      profileName: 'ClaudeCode',
      region: 'us-east-1',
      identity: { account: '123456789012', arn: 'arn:aws:iam::123456789012:user/alice', userId: 'A' },
      ...options.connection,
    },
    deployment: {
      profile: {
        name: 'ClaudeCode',
        identityPoolName: 'claude-code-auth',
        stackNames: {},
        extraFiles: [],
      },
      buildRegion: 'us-east-1',
      region: 'us-east-1',
      projects: ['claude-code-auth-windows-build'],
      parameterName: '/claude-code/claude-code-auth/distribution/latest',
      ...options.deployment,
    },
    builds: {
      list: async (query) => {
        const page = builds.slice(0, query.limit);
        return { builds: [...page], total: builds.length };
      },
      follow: (query, signal) =>
        changes(
          'builds',
          (): BuildsUpdate => {
            const at = options.now();
            const shown = builds.slice(0, query.limit());
            const hasMore = more.more ?? builds.length > shown.length;
            const total = more.total ?? builds.length;
            return (
              troubled() ?? {
                kind: 'snapshot',
                builds: [...shown],
                more: hasMore,
                total,
                at,
                nextPollAt: at + 5_000,
              }
            );
          },
          signal,
        ),
      get: async (id) => must(id),
      watch: (id, signal) =>
        changes(
          `build ${id}`,
          () => {
            const build = find(id);
            return troubled() ?? (build && { kind: 'build' as const, build, at: options.now() });
          },
          signal,
        ),
      resolve: async (reference) => {
        const build = reference === 'latest' ? builds[0] : builds.find((it) => it.uuid.startsWith(reference));
        if (build) return build;
        throw new AppError({ kind: 'not-found', message: `There is no build ${reference}.` });
      },
      start: async (project, token) => {
        done.push(`start ${project} ${token}`);
        return startOne(project);
      },
      stop: async (id) => {
        done.push(`stop ${id}`);
        const stopped: Build = { ...must(id), status: 'STOPPED', endedAt: options.now() };
        builds = builds.map((build) => (build.id === id ? stopped : build));
        tell();
        return stopped;
      },
      retry: async (id, token) => {
        done.push(`retry ${id} ${token}`);
        return startOne(must(id).project);
      },
      projects: async (names) => (options.projects ?? []).filter((project) => names.includes(project.name)),
      refresh: tell,
    },
    logs: {
      async *follow({ buildId }, signal) {
        const name = `log ${buildId}`;
        streams.set(name, 1);
        try {
          yield* logOf(buildId).read(signal);
        } finally {
          streams.delete(name);
        }
      },
    },
    source: { describe: async () => source },
    distributions: {
      async *make(asked, signal) {
        run = { ...asked, signal };
        done.push(`make ${asked.expiresHours}${(asked.buildIds ?? []).map((id) => ` ${id}`).join('')}`);
        yield* making.read(signal);
        signal.throwIfAborted();
      },
      latest: async () => record,
      list: async (_signal, say) => {
        for (const text of packagesSaid) say?.(text);
        return [...packages];
      },
      leftovers: async () => [...leftovers],
      async *resume(id, _options, signal) {
        done.push(`resume ${id}`);
        yield* making.read(signal);
        signal.throwIfAborted();
      },
      cleanUp: async (id) => {
        done.push(`clean up ${id}`);
        leftovers = leftovers.filter((run) => run.id !== id);
      },
      links: {
        async *renew(key, asked, signal) {
          done.push(`renew ${key} ${asked.expiresHours}`);
          yield* making.read(signal);
          signal.throwIfAborted();
        },
        verify: async (target) => {
          done.push(`verify ${Object.values(target)[0]}`);
          return orThrow(answers.check);
        },
        download: async (key, { path, overwrite }) => {
          if (answers.files.includes(path) && !overwrite) return 'exists';
          done.push(`download ${key} ${path}`);
          return { path, bytes: 1, checksum: 'ab'.repeat(32), isRecorded: true };
        },
        delete: async (key) => {
          done.push(`delete ${key}`);
          return orThrow(answers.removal);
        },
        revoke: async (key, { ask }, _say, signal) => {
          if (answers.asks && !(await ask?.(answers.asks, signal))) {
            throw new AppError({ kind: 'failed', message: 'It was not revoked, as answered.' });
          }
          done.push(`revoke ${key}`);
          return orThrow(answers.removal);
        },
      },
    },
    identity: async () => services.connection,
    close: () => {
      isClosed = true;
    },
  };

  return {
    connect: async () => services,
    services,
    done,
    openStreams: () => [...streams.keys()].sort(),
    setBuilds(list, extra = {}) {
      builds = list;
      more = extra;
      tell();
    },
    setBuild(build) {
      builds = builds.map((old) => (old.id === build.id ? build : old));
      tell();
    },
    setTrouble(error) {
      trouble = error && { error, since: options.now() };
      tell();
    },
    log: (id) => logOf(id),
    setSource(next) {
      source = next;
    },
    setLeftovers(list) {
      leftovers = list;
    },
    setPackages(list, next, said = []) {
      packages = list;
      packagesSaid = said;
      record = next;
    },
    making,
    asked: () => run,
    ask: async (question) => {
      if (!run?.ask) throw new Error('no run of this account can ask');
      return run.ask(question, run.signal);
    },
    setAnswers(next) {
      answers = { ...answers, ...next };
    },
    failStart(error) {
      startError = error;
    },
    isClosed: () => isClosed,
  };
}

function orThrow<T>(answer: T | AppError): T {
  if (answer instanceof AppError) throw answer;
  return answer;
}
