import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { AwsFailure } from '../http.ts';
import { defaultAlgorithm } from './checksums/checksums.ts';
import { addReceived, type Storage } from './storage/storage.ts';
import type { Attributes, ObjectVersion } from './storage/types.ts';

export type PutOptions = {
  contentType?: string;
  /** Names lower-case, without `x-amz-meta-`. */
  metadata?: Record<string, string>;
  signal?: AbortSignal;
};

export type PutResult = {
  versionId: string;
  /** Without quotes. */
  etag: string;
};

export type StoredObject = {
  /** The file that is the object, where it is a single one: to read, never to write, and not after the version is gone. */
  path?: string;
  /** A fresh stream of all bytes; they stay readable to its end whatever is deleted meanwhile. */
  stream(): Readable;
  size: number;
  versionId: string;
  /** Without quotes. */
  etag: string;
  /** Epoch milliseconds. */
  modified: number;
  contentType: string;
  metadata: Readonly<Record<string, string>>;
};

/** The buckets as the sandbox's own services use them: what they put is what S3 answers, and the other way round. */
export type ObjectStore = {
  /** Copies a file in, as the newest version of the key. Throws AwsFailure NoSuchBucket. */
  putFile(bucket: string, key: string, path: string, options?: PutOptions): Promise<PutResult>;
  putBytes(bucket: string, key: string, bytes: Uint8Array, options?: PutOptions): Promise<PutResult>;
  /** The newest version, or that one; undefined when the bucket, key or version is not there or a delete marker. */
  get(bucket: string, key: string, versionId?: string): Promise<StoredObject | undefined>;
};

export function createObjectStore(storage: Storage): ObjectStore {
  const put = async (
    bucketName: string,
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<PutResult> => {
    const bucket = storage.buckets.get(bucketName);
    if (!bucket) throw new AwsFailure('NoSuchBucket', 'The specified bucket does not exist', 404);
    const { signal } = options;
    const received = await storage.blobs.receive(source, {
      algorithms: [defaultAlgorithm],
      ...(signal ? { signal } : {}),
    });
    const attributes: Attributes = {
      headers: options.contentType === undefined ? {} : { 'content-type': options.contentType },
      metadata: options.metadata ?? {},
    };
    const { versionId, etag } = await addReceived(storage, bucket, key, received, {
      ...attributes,
      checksum: {
        algorithm: defaultAlgorithm,
        type: 'FULL_OBJECT',
        value: received.digests[defaultAlgorithm] ?? '',
      },
    });
    return { versionId, etag };
  };

  return {
    putFile: (bucket, key, path, options) => put(bucket, key, createReadStream(path), options),
    putBytes: (bucket, key, bytes, options) => put(bucket, key, once(bytes), options),
    get: async (bucketName, key, versionId) => {
      await storage.lifecycle.settle();
      const versions = storage.buckets.get(bucketName)?.versions(key) ?? [];
      const version =
        versionId === undefined ? versions[0] : versions.find((one) => one.versionId === versionId);
      return version?.kind === 'object' ? stored(storage, version) : undefined;
    },
  };
}

function stored(storage: Storage, version: ObjectVersion): StoredObject {
  const { pieces, size } = version;
  const [only] = pieces;
  return {
    ...(only && pieces.length === 1 ? { path: storage.blobs.path(only.file) } : {}),
    stream: () => storage.blobs.read(pieces, 0, size - 1),
    size,
    versionId: version.versionId,
    etag: version.etag,
    modified: version.modified,
    contentType: version.headers['content-type'] ?? 'binary/octet-stream',
    metadata: version.metadata,
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
