import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { Services } from '../../src/domain/ports/services.ts';
import {
  type HostileAccount,
  hex,
  openHostileAccount,
  openTime,
  startTime,
  type Time,
} from './support/account.ts';
import { project } from './support/hostile-aws.ts';
import { createHostileText, seeds } from './support/hostile-text.ts';
import { uncleanIn } from './support/strict-terminal.ts';

let time: Time;
let account: HostileAccount;
let hostile = createHostileText(0);
const { signal } = new AbortController();

beforeAll(async () => {
  time = openTime();
  account = await openHostileAccount(time, () => hostile.text());
});
afterAll(async () => {
  await account.close();
  time.stop();
});

const connect = () => time.run(account.connect({ place: 'aws', home: account.home }, signal));

/** The first `count` of what an iteration yields. */
async function take<T>(from: AsyncIterable<T>, count: number): Promise<T[]> {
  const found: T[] = [];
  for await (const one of from) {
    found.push(one);
    if (found.length >= count) break;
  }
  return found;
}

const projects = [project];
/** Everything a session answers, by name. */
const asked: Record<string, (services: Services) => Promise<unknown>> = {
  connection: async ({ connection, deployment }) => [connection, deployment],
  identity: ({ identity }) => identity(signal),
  list: ({ builds }) => builds.list({ projects, limit: 20 }, signal),
  follow: ({ builds }) => take(builds.follow({ projects, limit: () => 20 }, signal), 2),
  watch: ({ builds }) => take(builds.watch(`${project}:0${hex}`, signal), 1),
  resolve: ({ builds }) => builds.resolve(`1${hex.slice(0, 7)}`, projects, signal),
  projects: ({ builds }) => builds.projects(projects, signal),
  start: ({ builds }) => builds.start(project, 'token', signal),
  stop: ({ builds }) => builds.stop(`${project}:0${hex}`, signal),
  log: ({ logs }) => take(logs.follow({ buildId: `${project}:2${hex}` }, signal), 4),
  source: async ({ builds, source }) => {
    const [found] = await builds.projects(projects, signal);
    return found && source.describe(found, signal);
  },
  packages: ({ distributions }) => distributions.list(signal),
  record: ({ distributions }) => distributions.latest(signal),
};

/** What was answered or thrown; every error a service throws is an AppError. */
const outcome = (work: Promise<unknown>) =>
  time.run(work).catch((error: unknown) => {
    expect(error).toBeInstanceOf(AppError);
    return error;
  });

function fill(seed: number): void {
  hostile = createHostileText(seed);
  account.aws.error = undefined;
  account.aws.builds = Array.from({ length: 12 }, (_, index) => ({
    uuid: `${index.toString(16)}${hex}${index % 2 === 0 ? '' : hostile.text()}`,
    status: index % 2 === 0 ? 'IN_PROGRESS' : 'FAILED',
    startedAt: startTime - (index + 1) * 60_000,
  }));
  account.aws.pages = Array.from({ length: 3 }, () => Array.from({ length: 20 }, hostile.message));
  account.aws.packages = Array.from({ length: 12 }, (_, index) => ({
    key: `packages/${index}${hostile.text()}/${hostile.text()}.zip`,
    profile: hostile.text(),
    modifiedAt: startTime - index * 60_000,
  }));
  account.aws.record = JSON.stringify({
    url: 'https://bucket.example/package.zip?X-Amz-Signature=1',
    expires: '2026-11-20T10:30:00',
    package_key: account.aws.packages[0]?.key,
    checksum: hostile.text(),
    filename: hostile.text(),
  });
}

describe.each(seeds)('what the services answer to a hostile account of seed %i', (seed) => {
  it.each(Object.keys(asked))('%s is clean', async (name) => {
    fill(seed);
    const services = await connect();
    const answer = await outcome(asked[name]?.(services) ?? Promise.resolve());
    services.close();
    expect(uncleanIn(answer, name)).toBeUndefined();
  });

  it.each(Object.keys(asked))('an error of %s is clean', async (name) => {
    fill(seed);
    const services = await connect();
    // One build alone is named where it cannot be read.
    account.aws.builds = account.aws.builds.slice(1, 2);
    await outcome(services.builds.list({ projects, limit: 1 }, signal));
    for (const status of [400, 403, 404, 500]) {
      account.aws.error = { status, type: `Odd${hostile.text()}Exception`, message: hostile.text() };
      const answer = await outcome(asked[name]?.(services) ?? Promise.resolve());
      expect(uncleanIn(answer, name), `HTTP ${status}`).toBeUndefined();
    }
    services.close();
  });
});
