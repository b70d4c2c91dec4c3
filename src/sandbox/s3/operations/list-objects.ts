import { type Xml, xml } from '../../xml.ts';
import { listPage, listVersionPage, type Page } from '../answer/listing.ts';
import type { BucketCall, Call, Operation } from '../call.ts';
import { failures } from '../failures.ts';
import type { Bucket } from '../storage/buckets.ts';
import type { ObjectVersion, Version } from '../storage/types.ts';
import { type KeyWriter, keyWriter, xmlResponse } from '../xml.ts';

/** ListObjectsV2. */
export const listObjectsV2: Operation<BucketCall> = async ({ bucket, query, storage }) => {
  const asked = listQuery(query);
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const page = listPage(
    bucket.keys(),
    { ...asked, after: decodeToken(token) ?? startAfter ?? undefined },
    (key) => isVisible(bucket, key),
  );
  const last = page.entries.at(-1)?.name;
  const owner = query.get('fetch-owner') === 'true' ? ownerOf(storage) : undefined;
  return xmlResponse('ListBucketResult', [
    xml('Name', bucket.name),
    asked.write('Prefix', asked.prefix),
    ...(asked.delimiter === '' ? [] : [asked.write('Delimiter', asked.delimiter)]),
    ...(startAfter === null ? [] : [asked.write('StartAfter', startAfter)]),
    xml('MaxKeys', asked.limit),
    xml('EncodingType', query.get('encoding-type') ?? undefined),
    xml('KeyCount', page.entries.length),
    xml('IsTruncated', page.truncated),
    xml('ContinuationToken', token ?? undefined),
    xml('NextContinuationToken', page.truncated && last !== undefined ? encodeToken(last) : undefined),
    ...contentsOf(bucket, page, asked.write, owner),
  ]);
};

/** ListObjects, the first version. */
export const listObjects: Operation<BucketCall> = async ({ bucket, query, storage }) => {
  const asked = listQuery(query);
  const marker = query.get('marker') ?? '';
  const page = listPage(bucket.keys(), { ...asked, after: marker === '' ? undefined : marker }, (key) =>
    isVisible(bucket, key),
  );
  const last = page.entries.at(-1)?.name;
  return xmlResponse('ListBucketResult', [
    xml('Name', bucket.name),
    asked.write('Prefix', asked.prefix),
    asked.write('Marker', marker),
    // Only answered with a delimiter: else the last key of the page is the marker.
    ...(page.truncated && asked.delimiter !== '' ? [asked.write('NextMarker', last)] : []),
    ...(asked.delimiter === '' ? [] : [asked.write('Delimiter', asked.delimiter)]),
    xml('MaxKeys', asked.limit),
    xml('EncodingType', query.get('encoding-type') ?? undefined),
    xml('IsTruncated', page.truncated),
    ...contentsOf(bucket, page, asked.write, ownerOf(storage)),
  ]);
};

/** ListObjectVersions. */
export const listObjectVersions: Operation<BucketCall> = async ({ bucket, query, storage }) => {
  const asked = listQuery(query);
  const { write } = asked;
  const keyMarker = query.get('key-marker') ?? '';
  const versionMarker = query.get('version-id-marker') ?? '';
  if (versionMarker !== '' && keyMarker === '') {
    throw failures.invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      versionMarker,
    );
  }
  const { rows, truncated } = listVersionPage(bucket.keys(), (key) => bucket.versions(key), {
    ...asked,
    after: keyMarker === '' ? undefined : keyMarker,
    versionAfter: versionMarker === '' ? undefined : versionMarker,
  });
  const last = truncated ? rows.at(-1) : undefined;
  const owner = ownerOf(storage);
  return xmlResponse('ListVersionsResult', [
    xml('Name', bucket.name),
    write('Prefix', asked.prefix),
    write('KeyMarker', keyMarker),
    xml('VersionIdMarker', versionMarker),
    ...(last ? [write('NextKeyMarker', last.kind === 'prefix' ? last.name : last.key)] : []),
    ...(last?.kind === 'version' ? [xml('NextVersionIdMarker', last.version.versionId)] : []),
    ...(asked.delimiter === '' ? [] : [write('Delimiter', asked.delimiter)]),
    xml('MaxKeys', asked.limit),
    xml('EncodingType', query.get('encoding-type') ?? undefined),
    xml('IsTruncated', truncated),
    ...rows.flatMap((row) =>
      row.kind === 'version' ? [versionElement(row.key, row.version, row.newest, write, owner)] : [],
    ),
    ...rows.flatMap((row) => (row.kind === 'prefix' ? [commonPrefix(row.name, write)] : [])),
  ]);
};

type ListQuery = { prefix: string; delimiter: string; limit: number; write: KeyWriter };

function listQuery(query: URLSearchParams): ListQuery {
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: limitOf(query, 'max-keys'),
    write: keyWriter(query.get('encoding-type')),
  };
}

/** A page size: at most 1,000 whatever is asked. */
export function limitOf(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null || text === '') return 1000;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 0x7fffffff) {
    throw failures.invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  }
  return Math.min(Number(text), 1000);
}

function isVisible(bucket: Bucket, key: string): boolean {
  return bucket.versions(key)[0]?.kind === 'object';
}

function contentsOf(bucket: Bucket, page: Page, write: KeyWriter, owner: Xml | undefined): Xml[] {
  const contents = page.entries.flatMap((entry) => {
    const newest = entry.kind === 'key' ? bucket.versions(entry.name)[0] : undefined;
    if (newest?.kind !== 'object') return [];
    return [
      xml('Contents', [
        write('Key', entry.name),
        ...objectFacts(newest),
        ...(owner ? [owner] : []),
        standard,
      ]),
    ];
  });
  const prefixes = page.entries.flatMap((entry) =>
    entry.kind === 'prefix' ? [commonPrefix(entry.name, write)] : [],
  );
  return [...contents, ...prefixes];
}

const standard = xml('StorageClass', 'STANDARD');

function objectFacts(version: ObjectVersion): Xml[] {
  return [
    xml('LastModified', isoTime(version.modified)),
    xml('ETag', `"${version.etag}"`),
    xml('ChecksumAlgorithm', version.checksum.algorithm),
    xml('ChecksumType', version.checksum.type),
    xml('Size', version.size),
  ];
}

function versionElement(key: string, version: Version, newest: boolean, write: KeyWriter, owner: Xml): Xml {
  const identity = [write('Key', key), xml('VersionId', version.versionId), xml('IsLatest', newest)];
  if (version.kind === 'delete-marker') {
    return xml('DeleteMarker', [...identity, xml('LastModified', isoTime(version.modified)), owner]);
  }
  return xml('Version', [...identity, ...objectFacts(version), owner, standard]);
}

export function commonPrefix(name: string, write: KeyWriter): Xml {
  return xml('CommonPrefixes', [write('Prefix', name)]);
}

/** ISO 8601 in UTC with milliseconds. */
export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

/** The account as the owner of what it holds. */
export function ownerOf(storage: Call['storage'], element = 'Owner'): Xml {
  return xml(element, [xml('ID', storage.account.accountId.padStart(64, '0'))]);
}

function encodeToken(name: string): string {
  return Buffer.from(JSON.stringify(['after', name])).toString('base64url');
}

function decodeToken(token: string | null): string | undefined {
  if (token === null) return undefined;
  try {
    const [kind, name] = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (kind === 'after' && typeof name === 'string') return name;
  } catch {
    // Falls through to the refusal.
  }
  throw failures.invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}
