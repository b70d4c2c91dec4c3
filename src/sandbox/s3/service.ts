import { failureResponse } from '../dialect.ts';
import { AwsFailure, type SandboxService } from '../http.ts';
import { type BucketCall, type Call, effectiveHeaders, type ObjectCall, type Operation } from './call.ts';
import { failures, S3Failure } from './failures.ts';
import {
  deleteBucketLifecycle,
  getBucketLifecycle,
  putBucketLifecycle,
} from './operations/bucket-lifecycle.ts';
import {
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
} from './operations/bucket-operations.ts';
import { deleteBucketPolicy, getBucketPolicy, putBucketPolicy } from './operations/bucket-policy.ts';
import { copyObject, uploadPartCopy } from './operations/copy-object.ts';
import { deleteObject, deleteObjects } from './operations/delete-objects.ts';
import { getObject } from './operations/get-object.ts';
import { listMultipartUploads, listParts } from './operations/list-multipart.ts';
import { listObjects, listObjectsV2, listObjectVersions } from './operations/list-objects.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
} from './operations/multipart.ts';
import { putObject } from './operations/put-object.ts';
import { authorize, isAllowed } from './policy/authorize.ts';
import { actionOf } from './policy/deeds.ts';
import { type Route, type RouteParts, routeOf } from './route.ts';
import type { Bucket } from './storage/buckets.ts';
import type { Storage } from './storage/storage.ts';

const serviceOperations: Record<string, Operation> = {
  ListBuckets: listBuckets,
};

const bucketOperations: Record<string, Operation<BucketCall>> = {
  HeadBucket: headBucket,
  GetBucketLocation: getBucketLocation,
  GetBucketVersioning: getBucketVersioning,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  DeleteObjects: deleteObjects,
  ListMultipartUploads: listMultipartUploads,
  GetBucketPolicy: getBucketPolicy,
  PutBucketPolicy: putBucketPolicy,
  DeleteBucketPolicy: deleteBucketPolicy,
  GetBucketLifecycleConfiguration: getBucketLifecycle,
  PutBucketLifecycleConfiguration: putBucketLifecycle,
  DeleteBucketLifecycle: deleteBucketLifecycle,
};

const objectOperations: Record<string, Operation<ObjectCall>> = {
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: getObject,
  DeleteObject: deleteObject,
  CopyObject: copyObject,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
};

/** The longest key, in bytes of UTF-8. */
const maxKeyBytes = 1024;

/** S3 over the wire: answers path-style requests whose signature has been verified, as far as they are allowed. */
export function createService(storage: Storage): SandboxService {
  return async (request) => {
    const call: Call = { request, storage, query: request.query, headers: effectiveHeaders(request) };
    try {
      await storage.lifecycle.settle();
      return await dispatch(call, routeOf(request));
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      const extra = error instanceof S3Failure ? error.headers : undefined;
      if (request.method === 'HEAD') {
        // The reader of a HEAD gets the status alone, whoever renders errors.
        return { status: error.status, headers: { 'content-type': 'application/xml', ...extra } };
      }
      if (!extra) throw error;
      const response = failureResponse('s3', error, request.requestId);
      return { ...response, headers: { ...response.headers, ...extra } };
    }
  };
}

async function dispatch(call: Call, route: Route) {
  const { operation, bucket: name, key } = route;
  const forService = serviceOperations[operation];
  if (forService) {
    if (call.request.caller?.name !== 'owner') throw failures.accessDenied();
    return forService(call);
  }
  const forBucket = bucketOperations[operation];
  const forObject = objectOperations[operation];
  if ((!forBucket && !forObject) || name === undefined) throw failures.operationNotImplemented(operation);

  checkOwner(call);
  const bucket = call.storage.buckets.get(name);
  if (!bucket) throw failures.noSuchBucket(name);
  const versionId = call.query.get('versionId');
  const action = actionOf(route, versionId);
  if (action) authorize(call, { action, bucket, versionId, ...(key === undefined ? {} : { key }) });
  if (forBucket) return forBucket({ ...call, bucket });
  if (!forObject || key === undefined) throw failures.operationNotImplemented(operation);
  const size = Buffer.byteLength(key);
  if (size > maxKeyBytes) throw failures.keyTooLong(size, maxKeyBytes);
  try {
    return await forObject({ ...call, bucket, key });
  } catch (error) {
    throw mayKnow(call, bucket) ? error : hiding(error);
  }
}

/** Whether a request may know what is not there: who may not list a bucket is not told. */
function mayKnow({ storage, request }: Call, bucket: Bucket): boolean {
  return isAllowed(storage, request, { action: 's3:ListBucket', bucket });
}

function hiding(error: unknown): unknown {
  const absent = error instanceof AwsFailure && ['NoSuchKey', 'NoSuchVersion'].includes(error.code);
  return absent ? failures.accessDenied() : error;
}

/** Whether a bucket policy lets anybody have what a request without a signature asks for. */
export function servesUnsigned(storage: Storage, parts: RouteParts, peer: string): boolean {
  const route = routeOf(parts);
  const bucket = storage.buckets.get(route.bucket ?? '');
  const versionId = parts.query.get('versionId');
  const action = actionOf(route, versionId);
  if (!bucket || !action) return false;
  const { key } = route;
  const deed = { action, bucket, versionId, ...(key === undefined ? {} : { key }) };
  return isAllowed(storage, { peer, presigned: false }, deed);
}

/** A client may say whose bucket it expects, so that it never talks to a squatter's. */
function checkOwner({ headers, storage }: Call): void {
  const { accountId } = storage.account;
  for (const name of ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']) {
    const expected = headers[name];
    if (expected !== undefined && expected !== accountId) throw failures.accessDenied();
  }
}
