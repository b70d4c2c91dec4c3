import type { Build, Project } from './build.ts';
import type {
  DistributionEvent,
  DistributionOptions,
  DistributionQuestion,
  DistributionRecord,
  LeftoverRun,
  LinkNews,
  PackageEntry,
} from './distribution.ts';
import type { AppError } from './errors.ts';
import type { LinkCheck, Removal } from './links.ts';
import type { LogUpdate } from './log.ts';
import type { CcwbProfile, Connection, Deployment } from './profile.ts';
import type { QrCode } from './qr-picture.ts';

/**
 * The ports: what the program asks of the outside. Every method takes an AbortSignal and rejects with an
 * AppError (or an AbortError when aborted). An async iterable ends when its signal aborts, without throwing.
 */
export interface BuildsService {
  /** Newest builds of the projects merged by start time, `limit` of them, from `cursor` on. */
  list(query: BuildQuery, signal: AbortSignal): Promise<BuildPage>;
  /**
   * Polls the newest `limit()` builds and yields a snapshot at once and after each change or failed poll.
   * Faster while something runs, slower when not, backing off while throttled. Never throws on a failed poll:
   * it yields `trouble` and goes on.
   */
  follow(query: FollowQuery, signal: AbortSignal): AsyncIterable<BuildsUpdate>;
  /**
   * One build. Answers from what another poll saw at most `maxAgeMs` ago (default 0: always asks).
   * `impatient`: tried once only, by a caller that says what is wrong and asks again.
   */
  get(id: string, signal: AbortSignal, options?: { maxAgeMs?: number; impatient?: boolean }): Promise<Build>;
  /** Yields the build at once and on every change until it has ended; `trouble` while it cannot be read. */
  watch(id: string, signal: AbortSignal): AsyncIterable<BuildUpdate>;
  /**
   * The build meant by `latest`, `project:uuid`, a uuid, or a unique prefix of one.
   * @throws AppError `not-found`, or `usage` naming the candidates of an ambiguous prefix.
   */
  resolve(reference: string, projects: readonly string[], signal: AbortSignal): Promise<Build>;
  /** Starts a build. `token` is one per user intent: the same for every retry of it. */
  start(project: string, token: string, signal: AbortSignal): Promise<Build>;
  stop(id: string, signal: AbortSignal): Promise<Build>;
  /** Starts the same build anew; the answer is a build of its own id. */
  retry(id: string, token: string, signal: AbortSignal): Promise<Build>;
  projects(names: readonly string[], signal: AbortSignal): Promise<Project[]>;
  /** Has everything that follows or watches ask now instead of at its next poll: the user asked, or wants more rows. */
  refresh(): void;
}

export type BuildQuery = { projects: readonly string[]; limit: number; cursor?: string };
export type BuildPage = { builds: Build[] /** Absent on the last page. */; cursor?: string; total?: number };
export type FollowQuery = { projects: readonly string[]; limit: () => number };
export type BuildsUpdate =
  /** `more`: older builds exist; `total`: how many there are in all, once every page was seen. */
  | { kind: 'snapshot'; builds: Build[]; more: boolean; total?: number; at: number; nextPollAt: number }
  | { kind: 'trouble'; error: AppError; since: number; nextTryAt: number };
export type BuildUpdate =
  | { kind: 'build'; build: Build; at: number }
  | { kind: 'trouble'; error: AppError; since: number; nextTryAt: number };

export interface LogsService {
  /**
   * Every line of a build's log exactly once, in order: waits for the stream, goes on through throttling and lost
   * connections, drains after the build's end, then ends.
   * `tailFirst`: begin near the end when the build is already over (older lines through `older`).
   */
  follow(query: LogQuery, signal: AbortSignal): AsyncIterable<LogUpdate>;
}
export type LogQuery = {
  buildId: string;
  /** Epoch ms; lines stamped before it are left out. */
  since?: number;
  /**
   * Read what is there now and end, without waiting for more: ends with `end`/`complete` at the present end. Such a
   * reading throws the AppError of what it cannot read, after some tries, instead of yielding `trouble`.
   */
  once?: boolean;
  /**
   * For a build that has ended already: its log's end first, then `older` lines page by page up to the beginning, then
   * `end`. Whoever wants no more older lines aborts: by then the end is complete. A build under way is read from its
   * beginning. Means nothing beside `since` or `once`.
   */
  fromEnd?: true;
};

export interface SourceService {
  /** What lies at the project's source location: for the question before a build. Undefined where nothing does. */
  describe(project: Project, signal: AbortSignal): Promise<{ modifiedAt: number; size: number } | undefined>;
}

export interface DistributionsService {
  /** Makes a package, its link and its record; cancelling by the signal leaves nothing behind. Throws AppError. */
  make(options: DistributionOptions, signal: AbortSignal): AsyncIterable<DistributionEvent>;
  /** The recorded distribution, or undefined where none was ever recorded. */
  latest(signal: AbortSignal): Promise<DistributionRecord | undefined>;
  /**
   * Every package of the bucket, of this machine's ledger and of the record, newest first. `say` is told what could not
   * be used of it, a sentence each.
   */
  list(signal: AbortSignal, say?: (text: string) => void): Promise<PackageEntry[]>;
  /**
   * Runs of this machine for this account that were cut off with their package on its way, oldest first. Those a
   * living process works at are not among them; one that turns out to be recorded is tidied away.
   */
  leftovers(signal: AbortSignal): Promise<LeftoverRun[]>;
  /**
   * Finishes such a run with the options it was begun with: what lies in the bucket is kept, the rest is sent. Ends
   * as `make` does. @throws AppError `not-found` where it is no longer there or somebody else is at it.
   */
  resume(
    id: string,
    options: Pick<DistributionOptions, 'ask'>,
    signal: AbortSignal,
  ): AsyncIterable<DistributionEvent>;
  /** Removes what such a run left, in the bucket and on disk; a package that is recorded stays. */
  cleanUp(id: string, signal: AbortSignal): Promise<void>;
  readonly links: LinksService;
}

/** `isRecorded`: its sha256 was compared with the one recorded; false where none is known. */
export type DownloadedPackage = { path: string; bytes: number; checksum: string; isRecorded: boolean };

/** What is done to packages that were made, and to their links. `key` is the whole object key. */
export interface LinksService {
  /**
   * Makes another link to the same version, without an upload: the steps LINK, VERIFY and RECORD. The record is written
   * only where the package is the recorded one or the newest. Throws AppError.
   */
  renew(key: string, options: RenewOptions, signal: AbortSignal): AsyncIterable<DistributionEvent>;
  /**
   * Compares with the recorded packages: what the best link of a package serves, what a link serves that was found
   * somewhere, or a file of this machine.
   * @throws AppError where nothing can be read; a link that does not work is an answer, no error.
   */
  verify(target: VerifyTarget, say: Say, signal: AbortSignal): Promise<LinkCheck>;
  /**
   * Downloads a package with a signed request; its file appears whole or not at all, and only with the recorded sha256.
   * A folder gets the package's own file name. `exists`: there is such a file, and it was not said to `overwrite` it.
   */
  download(
    key: string,
    options: { path: string; overwrite: boolean },
    say: Say,
    signal: AbortSignal,
  ): Promise<DownloadedPackage | 'exists'>;
  /** Deletes a package with all its versions of ours, and has the record point elsewhere where it pointed there. */
  delete(key: string, say: Say, signal: AbortSignal): Promise<Removal>;
  /**
   * Has every link to a package refused: its versions are deleted, or denied by the bucket's policy where that is not
   * permitted; then every known link is asked until none works any more. Of links revoked before that is proven anew,
   * and nothing else is done.
   * @throws AppError `failed` where neither is permitted, or a link still works; it says until when.
   */
  revoke(key: string, options: { ask?: Ask }, say: Say, signal: AbortSignal): Promise<Removal>;
}

export type Say = (news: LinkNews) => void;
export type Ask = (question: DistributionQuestion, signal: AbortSignal) => Promise<boolean>;
export type RenewOptions = {
  /** Whole hours, 1–168. */
  expiresHours: number;
  /** IP addresses and CIDRs; absent → as the package was before. */
  allowedIps?: readonly string[];
  ask?: Ask;
};
export type VerifyTarget = { key: string } | { url: string } | { file: string };

/** Everything the program asks of one account, region and profile. `close()` frees its sockets. */
export interface Services {
  readonly connection: Connection;
  readonly deployment: Deployment;
  readonly builds: BuildsService;
  readonly logs: LogsService;
  readonly source: SourceService;
  readonly distributions: DistributionsService;
  /** Re-reads identity and the end of the credentials. */
  identity(signal: AbortSignal): Promise<Connection>;
  close(): void;
}

/**
 * Makes a question that only the place meant can answer. One is asked on every new connection before anything else goes
 * over it: the sandbox may have ended, and a program of somebody else may listen where it did.
 */
export type ConnectionProof = () => {
  /** Path and query to GET. */
  path: string;
  /** Looks at the body answered, undefined where no such answer came. @throws AppError for a wrong one. */
  check(answer: string | undefined): void;
};

export type ConnectOptions = {
  place: 'aws' | 'sandbox';
  profileName?: string;
  region?: string;
  endpointUrl?: string;
  /** Only the sandbox hands these over; on AWS the default chain is used. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** What whoever answers at `endpointUrl` must know. */
  proof?: ConnectionProof;
  /** Override of the projects listed. */
  project?: string;
  /** Home folder in whose `.ccwb` and `.aws` profiles are looked for. */
  home: string;
  /** The caller says what is wrong and connects again: an endpoint that stays silent is waited for once, not four times. */
  impatient?: boolean;
};

/** Opens a session on an account: finds profile, region, stacks. Throws AppError naming what is missing. */
export type Connect = (options: ConnectOptions, signal: AbortSignal) => Promise<Services>;

export interface ProfilesService {
  /** Profiles of both ccwb generations plus the AWS profiles, with the active one. */
  list(): Promise<{ profiles: CcwbProfile[]; active?: string; awsProfiles: string[] }>;
}

/** How to reach a running sandbox. */
export type SandboxInfo = {
  endpoint: string;
  port: number;
  pid: number;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** To be asked on every connection to `endpoint`. */
  proof: ConnectionProof;
  /** Home folder holding the sandbox account's own ccwb profile. */
  home: string;
  dataDir: string;
  /** Folder that builds take their source from; absent for the sample project. */
  source?: string;
};

/** The sandbox as the commands and the program see it. */
export interface SandboxControl {
  /**
   * Uses the running sandbox or starts one in the background; proves that it is ours before answering.
   * `source`: a folder to build from now on, null for the sample project, absent to leave it as it is.
   */
  ensure(options: { source?: string | null }, signal: AbortSignal): Promise<SandboxInfo>;
  /** Undefined where none runs. */
  status(signal: AbortSignal): Promise<SandboxInfo | undefined>;
  /** True if one was running. */
  stop(signal: AbortSignal): Promise<boolean>;
  /** Stops it and removes its data (builds, objects, parameters); secret and port are kept. */
  reset(signal: AbortSignal): Promise<void>;
  /** Serves in the foreground until aborted. */
  serve(
    options: { port?: number; source?: string },
    signal: AbortSignal,
    ready: (info: SandboxInfo) => void,
  ): Promise<void>;
}

/** Files that the user asks for. */
export interface LogFiles {
  /**
   * Writes lines, each with its line feed, to a new file; none of it is there until all is. A relative path counts from
   * the folder the program was started in, `~/` from the home folder.
   * @param options `overwrite`: whether a file of that name may be replaced; `progress`: lines written so far
   * @returns the whole path and its bytes; `exists` where a file of that name was there and was left as it is
   * @throws AppError where it cannot be written
   */
  save(
    path: string,
    lines: Iterable<string>,
    options: { overwrite: boolean; progress?: (lines: number) => void },
    signal: AbortSignal,
  ): Promise<{ path: string; bytes: number } | 'exists'>;
  /**
   * The same for a text as it is, or for a QR code as a PNG with its quiet zone.
   * @param options `what` names it where it cannot be written: "The note"
   */
  saveWhole(
    path: string,
    content: string | QrCode,
    options: { overwrite: boolean; what: string },
    signal: AbortSignal,
  ): Promise<{ path: string; bytes: number } | 'exists'>;
  /**
   * The whole path of a folder the user named, `~` being the home folder.
   * @throws AppError where there is none, or it cannot be read
   */
  folder(path: string, signal: AbortSignal): Promise<string>;
}
