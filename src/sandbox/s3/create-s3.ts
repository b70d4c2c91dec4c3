import type { Clock } from '../../domain/clock.ts';
import type { SandboxAccount } from '../account.ts';
import type { SandboxService } from '../http.ts';
import { createObjectStore, type ObjectStore } from './object-store.ts';
import type { RouteParts } from './route.ts';
import { createService, servesUnsigned } from './service.ts';
import { openStorage } from './storage/storage.ts';

export type { ObjectStore, PutOptions, PutResult, StoredObject } from './object-store.ts';
export { routeOf } from './route.ts';

export type S3 = {
  service: SandboxService;
  objects: ObjectStore;
  /** Whether a request without a signature from that address gets what it asks for, as a bucket policy has it. */
  servesUnsigned(parts: RouteParts, peer: string): boolean;
};

/** The sandbox's S3, kept in `dir` (a folder of its own): its wire protocol, and the same buckets for its neighbours. */
export async function createS3(deps: { dir: string; clock: Clock; account: SandboxAccount }): Promise<S3> {
  const storage = await openStorage(deps);
  return {
    service: createService(storage),
    objects: createObjectStore(storage),
    servesUnsigned: (parts, peer) => servesUnsigned(storage, parts, peer),
  };
}
