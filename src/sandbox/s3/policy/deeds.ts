import type { Route } from '../route.ts';

/** Actions of the operations on a bucket, as policies name them. */
const bucketActions: Record<string, string> = {
  HeadBucket: 's3:ListBucket',
  ListObjects: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  ListObjectVersions: 's3:ListBucketVersions',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  GetBucketLocation: 's3:GetBucketLocation',
  GetBucketVersioning: 's3:GetBucketVersioning',
  GetBucketPolicy: 's3:GetBucketPolicy',
  PutBucketPolicy: 's3:PutBucketPolicy',
  DeleteBucketPolicy: 's3:DeleteBucketPolicy',
  GetBucketLifecycleConfiguration: 's3:GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 's3:PutLifecycleConfiguration',
  DeleteBucketLifecycle: 's3:PutLifecycleConfiguration',
};

/** Actions of the operations on a key; where one is of a version, that name is another. */
const objectActions: Record<string, readonly [plain: string, ofVersion?: string]> = {
  GetObject: ['s3:GetObject', 's3:GetObjectVersion'],
  HeadObject: ['s3:GetObject', 's3:GetObjectVersion'],
  DeleteObject: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  PutObject: ['s3:PutObject'],
  CopyObject: ['s3:PutObject'],
  CreateMultipartUpload: ['s3:PutObject'],
  UploadPart: ['s3:PutObject'],
  UploadPartCopy: ['s3:PutObject'],
  CompleteMultipartUpload: ['s3:PutObject'],
  AbortMultipartUpload: ['s3:AbortMultipartUpload'],
  ListParts: ['s3:ListMultipartUploadParts'],
};

/**
 * The action that a request's operation takes ("Required permissions for Amazon S3 API operations"). Undefined for
 * what is authorised elsewhere: DeleteObjects key by key, the source of a copy when it is found.
 */
export function actionOf({ operation, key }: Route, versionId: string | null): string | undefined {
  const found = key === undefined ? bucketActions : objectActions;
  if (!Object.hasOwn(found, operation)) return undefined;
  const action = found[operation];
  if (typeof action === 'string' || action === undefined) return action;
  const [plain, ofVersion] = action;
  return versionId === null ? plain : (ofVersion ?? plain);
}
