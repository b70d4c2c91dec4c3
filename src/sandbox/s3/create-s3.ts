import type { Clock } from '../../domain/clock.ts';
import type { SandboxAccount } from '../account.ts';
import type { SandboxService } from '../http.ts';
import { createObjectStore, type ObjectStore } from './object-store.ts';
import { createService } from './service.ts';
import { openStorage } from './storage/storage.ts';

export type { ObjectStore, PutOptions, PutResult, StoredObject } from './object-store.ts';
export { routeOf } from './route.ts';

/** The sandbox's S3, kept in `dir` (a folder of its own): its wire protocol, and the same buckets for its neighbours. */
export async function createS3(deps: {
  dir: string;
  clock: Clock;
  account: SandboxAccount;
}): Promise<{ service: SandboxService; objects: ObjectStore }> {
  const storage = await openStorage(deps);
  return { service: createService(storage), objects: createObjectStore(storage) };
}
