import type { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { SigningCredentials } from '../../aws-clients.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { SignedObject } from '../signing-key.ts';
import { readContentRange, type Source } from './source.ts';

/**
 * By requests signed in a header, with the credentials that signed the link: a restriction to addresses does not
 * concern them. Throws what the SDK throws.
 */
export function signedSource(
  deps: Pick<DistributionsDeps, 'aws'>,
  { region, bucket, key, versionId }: SignedObject,
  { accessKeyId, secretAccessKey, sessionToken }: SigningCredentials,
): Source {
  const credentials = {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
  return async ({ from, to }, etag, signal) => {
    const client = await deps.aws.s3(region, { credentials });
    const answer = await client.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        Range: `bytes=${from}-${to}`,
        ...(versionId === undefined ? {} : { VersionId: versionId }),
        ...(etag === undefined ? {} : { IfMatch: etag }),
      }),
      { abortSignal: signal },
    );
    const range = readContentRange(answer.ContentRange) ?? { from: 0, total: answer.ContentLength };
    const body = answer.Body as Readable;
    // An abort while nobody reads must not end the process; whoever reads is told all the same.
    body.on('error', () => {});
    return { kind: 'open', ...range, etag: answer.ETag, body };
  };
}
