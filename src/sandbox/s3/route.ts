import type { SandboxRequest } from '../http.ts';

/** What an S3 request asks for, by AWS's name of the operation. */
export type Route = {
  operation: string;
  /** Path style: the first segment. */
  bucket?: string;
  /** All that follows it, just as sent: `..` and `//` are ordinary characters of a key. */
  key?: string;
};

type Level = 'service' | 'bucket' | 'object';

/** Query parameters that turn a request about a bucket or an object into another operation, with AWS's noun for it. */
const subresources: Record<string, { noun: string; level?: 'bare' }> = {
  accelerate: { noun: 'AccelerateConfiguration' },
  acl: { noun: 'Acl' },
  analytics: { noun: 'AnalyticsConfiguration' },
  attributes: { noun: 'Attributes' },
  cors: { noun: 'Cors' },
  encryption: { noun: 'Encryption' },
  'intelligent-tiering': { noun: 'IntelligentTieringConfiguration' },
  inventory: { noun: 'InventoryConfiguration' },
  'legal-hold': { noun: 'LegalHold' },
  lifecycle: { noun: 'LifecycleConfiguration' },
  location: { noun: 'Location' },
  logging: { noun: 'Logging' },
  metadataConfiguration: { noun: 'MetadataConfiguration' },
  metadataTable: { noun: 'MetadataTableConfiguration' },
  metrics: { noun: 'MetricsConfiguration' },
  notification: { noun: 'NotificationConfiguration' },
  'object-lock': { noun: 'LockConfiguration' },
  ownershipControls: { noun: 'OwnershipControls' },
  policy: { noun: 'Policy' },
  policyStatus: { noun: 'PolicyStatus' },
  publicAccessBlock: { noun: 'PublicAccessBlock', level: 'bare' },
  replication: { noun: 'Replication' },
  requestPayment: { noun: 'RequestPayment' },
  retention: { noun: 'Retention' },
  tagging: { noun: 'Tagging' },
  torrent: { noun: 'Torrent' },
  versioning: { noun: 'Versioning' },
  website: { noun: 'Website' },
};

const verbs: Record<string, string> = {
  GET: 'Get',
  PUT: 'Put',
  DELETE: 'Delete',
  HEAD: 'Head',
  POST: 'Post',
};

/** What of a request tells its operation. */
export type RouteParts = Pick<SandboxRequest, 'method' | 'path' | 'query' | 'headers'>;

/** Names the operation of a request; one unknown to AWS gets a name as AWS would have made it. */
export function routeOf(request: RouteParts): Route {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?([\s\S]*)$/.exec(request.path) ?? [];
  if (bucket === '') return { operation: nameOf(request, 'service') };
  if (key === '') return { operation: nameOf(request, 'bucket'), bucket };
  return { operation: nameOf(request, 'object'), bucket, key };
}

function nameOf(request: RouteParts, level: Level): string {
  const special =
    level === 'object' ? objectName(request) : level === 'bucket' ? bucketName(request) : undefined;
  if (special) return special;
  const verb = verbs[request.method] ?? request.method;
  const sub = Object.keys(subresources).find((name) => request.query.has(name));
  const found = sub === undefined ? undefined : subresources[sub];
  const place = level === 'object' ? 'Object' : 'Bucket';
  if (found) return `${verb}${found.level === 'bare' ? '' : place}${found.noun}`;
  if (level === 'service') return request.method === 'GET' ? 'ListBuckets' : `${verb}Service`;
  return plainName(request, level, verb);
}

function plainName(request: RouteParts, level: Level, verb: string): string {
  if (level === 'object') {
    if (request.method === 'PUT' && 'x-amz-copy-source' in request.headers) return 'CopyObject';
    return `${verb}Object`;
  }
  switch (request.method) {
    case 'GET':
      return request.query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
    case 'PUT':
      return 'CreateBucket';
    case 'POST':
      return 'PostObject';
    default:
      return `${verb}Bucket`;
  }
}

function objectName({ method, query, headers }: RouteParts): string | undefined {
  if (query.has('uploads') && method === 'POST') return 'CreateMultipartUpload';
  if (query.has('restore') && method === 'POST') return 'RestoreObject';
  if (query.has('select') && method === 'POST') return 'SelectObjectContent';
  if (!query.has('uploadId')) return undefined;
  if (method === 'PUT') return 'x-amz-copy-source' in headers ? 'UploadPartCopy' : 'UploadPart';
  if (method === 'POST') return 'CompleteMultipartUpload';
  if (method === 'DELETE') return 'AbortMultipartUpload';
  return method === 'GET' ? 'ListParts' : undefined;
}

function bucketName({ method, query }: RouteParts): string | undefined {
  if (query.has('delete') && method === 'POST') return 'DeleteObjects';
  if (query.has('lifecycle') && method === 'DELETE') return 'DeleteBucketLifecycle';
  if (method !== 'GET') return undefined;
  if (query.has('uploads')) return 'ListMultipartUploads';
  if (query.has('versions')) return 'ListObjectVersions';
  return query.has('session') ? 'CreateSession' : undefined;
}
