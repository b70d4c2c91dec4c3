import { AwsFailure } from '../http.ts';

/** A failure whose answer carries headers too (`x-amz-delete-marker` above all). */
export class S3Failure extends AwsFailure {
  readonly headers: Record<string, string>;

  constructor(
    code: string,
    message: string,
    status: number,
    fields: Record<string, string>,
    headers: Record<string, string>,
  ) {
    super(code, message, status, fields);
    this.headers = headers;
  }
}

/** S3's failures with its own codes, statuses and words. */
export const failures = {
  noSuchBucket: (name: string) =>
    new AwsFailure('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name }),

  noSuchKey: (key: string, markerId?: string) =>
    new S3Failure(
      'NoSuchKey',
      'The specified key does not exist.',
      404,
      { Key: key },
      markerId === undefined ? {} : { 'x-amz-delete-marker': 'true', 'x-amz-version-id': markerId },
    ),

  noSuchVersion: (key: string, versionId: string) =>
    new AwsFailure('NoSuchVersion', 'The specified version does not exist.', 404, {
      Key: key,
      VersionId: versionId,
    }),

  noSuchUpload: (uploadId: string) =>
    new AwsFailure(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      404,
      { UploadId: uploadId },
    ),

  markerNotAllowed: (method: string, markerId: string, modified: string) =>
    new S3Failure(
      'MethodNotAllowed',
      'The specified method is not allowed against this resource.',
      405,
      { Method: method, ResourceType: 'DeleteMarker' },
      {
        allow: 'DELETE',
        'x-amz-delete-marker': 'true',
        'x-amz-version-id': markerId,
        'last-modified': modified,
      },
    ),

  invalidArgument: (message: string, name: string, value: string) =>
    new AwsFailure('InvalidArgument', message, 400, { ArgumentName: name, ArgumentValue: value }),

  invalidRequest: (message: string) => new AwsFailure('InvalidRequest', message, 400),

  preconditionFailed: (condition: string) =>
    new AwsFailure(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
      {
        Condition: condition,
      },
    ),

  notImplemented: (what: string) =>
    new AwsFailure(
      'NotImplemented',
      `${what}: a header you provided implies functionality that is not implemented`,
      501,
      { Header: what },
    ),

  operationNotImplemented: (operation: string) =>
    new AwsFailure('NotImplemented', `${operation} is not implemented by the sandbox.`, 501, {
      Operation: operation,
    }),

  badDigest: (name: string, fields: Record<string, string> = {}) =>
    new AwsFailure(
      'BadDigest',
      name === 'Content-MD5'
        ? 'The Content-MD5 you specified did not match what we received.'
        : `The ${name} you specified did not match the calculated checksum.`,
      400,
      fields,
    ),

  invalidDigest: (value: string) =>
    new AwsFailure('InvalidDigest', 'The Content-MD5 you specified was invalid.', 400, {
      'Content-MD5': value,
    }),

  malformedTrailer: () =>
    new AwsFailure(
      'MalformedTrailerError',
      'The request contained trailing data that was not well-formed or did not conform to our published schema.',
      400,
    ),

  incompleteBody: () =>
    new AwsFailure(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
      400,
    ),

  missingLength: () =>
    new AwsFailure('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411),

  entityTooLarge: (size: number, max: number) =>
    new AwsFailure('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
      ProposedSize: String(size),
      MaxSizeAllowed: String(max),
    }),

  keyTooLong: (size: number, max: number) =>
    new AwsFailure('KeyTooLongError', 'Your key is too long', 400, {
      Size: String(size),
      MaxSizeAllowed: String(max),
    }),

  metadataTooLarge: (size: number, max: number) =>
    new AwsFailure(
      'MetadataTooLarge',
      'Your metadata headers exceed the maximum allowed metadata size',
      400,
      {
        Size: String(size),
        MaxSizeAllowed: String(max),
      },
    ),

  aclNotSupported: () =>
    new AwsFailure('AccessControlListNotSupported', 'The bucket does not allow ACLs', 400),

  invalidRange: (requested: string, size: number) =>
    new S3Failure(
      'InvalidRange',
      'The requested range is not satisfiable',
      416,
      { RangeRequested: requested, ActualObjectSize: String(size) },
      { 'content-range': `bytes */${size}` },
    ),

  invalidPartNumber: (number: number, count: number) =>
    new AwsFailure('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416, {
      PartNumberRequested: String(number),
      ActualPartCount: String(count),
    }),

  accessDenied: (message = 'Access Denied') => new AwsFailure('AccessDenied', message, 403),

  noSuchLifecycle: (name: string) =>
    new AwsFailure('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', 404, {
      BucketName: name,
    }),

  noSuchBucketPolicy: (name: string) =>
    new AwsFailure('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { BucketName: name }),

  invalidPartOrder: () =>
    new AwsFailure(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
      400,
    ),

  invalidPart: (uploadId: string, number: number, etag: string) =>
    new AwsFailure(
      'InvalidPart',
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      400,
      { UploadId: uploadId, PartNumber: String(number), ETag: etag },
    ),

  entityTooSmall: (part: { number: number; size: number; etag: string }, min: number) =>
    new AwsFailure('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
      ETag: part.etag,
      MinSizeAllowed: String(min),
      ProposedSize: String(part.size),
      PartNumber: String(part.number),
    }),

  copyTooLarge: (max: number) =>
    new AwsFailure(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${max}`,
      400,
    ),

  malformedXml: () =>
    new AwsFailure(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
      400,
    ),
};
