import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Clock } from '../domain/clock.ts';
import type { SandboxAccount } from './account.ts';
import { keyPairFields, newKeyPair } from './daemon/secret.ts';
import { readRecord } from './read-record.ts';
import { writeFileAtomic } from './write-file.ts';

/** The key of the user that signs links, and the secret that ccwb's distribution stack keeps it in. */
export type Distributor = {
  keys: { accessKeyId: string; secretAccessKey: string };
  secretName: string;
  secretArn: string;
  versionId: string;
  /** Epoch milliseconds. */
  createdAt: number;
};

const schema = v.object({
  ...keyPairFields,
  /** What Secrets Manager puts behind a secret's name in its arn. */
  suffix: v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{6}$/)),
  versionId: v.string(),
  createdAt: v.number(),
});

/** The distributor kept in `distributor.json` in `dir`, made where there is none; a reset makes another. */
export async function openDistributor(deps: {
  dir: string;
  clock: Clock;
  account: SandboxAccount;
}): Promise<Distributor> {
  const { account } = deps;
  const path = join(deps.dir, 'distributor.json');
  const kept = (await readRecord(schema, path)) ?? {
    ...newKeyPair(),
    suffix: newSuffix(),
    versionId: randomUUID(),
    createdAt: deps.clock.now(),
  };
  await writeFileAtomic(path, `${JSON.stringify(kept, null, 2)}\n`);
  const { accessKeyId, secretAccessKey, suffix, versionId, createdAt } = kept;
  const secretName = `${account.poolName}-distributor-credentials`;
  const place = `arn:aws:secretsmanager:${account.region}:${account.accountId}:secret`;
  return {
    keys: { accessKeyId, secretAccessKey },
    secretName,
    secretArn: `${place}:${secretName}-${suffix}`,
    versionId,
    createdAt,
  };
}

function newSuffix(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
}
