import { AwsFailure } from '../../http.ts';
import { type Xml, xml } from '../../xml.ts';
import type { BucketCall, ObjectCall, Operation } from '../call.ts';
import { failures } from '../failures.ts';
import { authorize } from '../policy/authorize.ts';
import { judgeRead } from '../request/conditions.ts';
import { checkVersionId } from '../request/find-version.ts';
import { readCheckedDocument } from '../request/read-document.ts';
import type { Bucket } from '../storage/buckets.ts';
import { addDeleteMarker, removeVersion, type Storage } from '../storage/storage.ts';
import type { Version } from '../storage/types.ts';
import { childrenOf, keyElement, type Node, textOf, xmlResponse } from '../xml.ts';

/** DeleteObject: with a version it is gone for good, without one a delete marker hides the key. */
export const deleteObject: Operation<ObjectCall> = async ({ storage, bucket, key, query, headers }) => {
  const versionId = checkVersionId(query.get('versionId'));
  const done = await deleteOne(storage, bucket, { key, versionId, match: headers['if-match'] });
  return {
    status: 204,
    headers: {
      'x-amz-version-id': done.markerId ?? versionId ?? '',
      ...(done.markerId === undefined ? {} : { 'x-amz-delete-marker': 'true' }),
    },
  };
};

/** DeleteObjects: up to 1,000 keys, each with an outcome of its own. */
export const deleteObjects: Operation<BucketCall> = async (call) => {
  const { storage, bucket } = call;
  const document = await readCheckedDocument(call, 'Delete');
  const quiet = textOf(document, 'Quiet') === 'true';
  const items = childrenOf(document, 'Object');
  if (items.length === 0 || items.length > 1000) throw failures.malformedXml();
  const wanted = items.map(itemOf);
  const outcomes: Xml[] = [];
  for (const item of wanted) {
    try {
      const action = item.versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
      authorize(call, { action, bucket, key: item.key, versionId: item.versionId ?? null });
      checkVersionId(item.versionId ?? null);
      const { markerId } = await deleteOne(storage, bucket, item);
      if (!quiet) outcomes.push(deletedElement(item, markerId));
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      outcomes.push(errorElement(item, error));
    }
  }
  return xmlResponse('DeleteResult', outcomes);
};

type Item = { key: string; versionId: string | undefined; match?: string | undefined };

function itemOf(node: Node): Item {
  const key = textOf(node, 'Key');
  if (key === undefined || key === '') throw failures.malformedXml();
  return { key, versionId: textOf(node, 'VersionId'), match: textOf(node, 'ETag') };
}

/** `markerId`: the delete marker that was made, or that was the version removed. */
async function deleteOne(storage: Storage, bucket: Bucket, item: Item): Promise<{ markerId?: string }> {
  const { key, versionId, match } = item;
  const guard = (current: Version | undefined) => {
    if (match === undefined) return;
    if (current?.kind !== 'object') throw failures.noSuchKey(key);
    if (judgeRead({ 'if-match': match }, current).kind !== 'go')
      throw failures.preconditionFailed('If-Match');
  };
  if (versionId === undefined)
    return { markerId: (await addDeleteMarker(storage, bucket, key, guard)).versionId };
  guard(match === undefined ? undefined : bucket.versions(key).find((one) => one.versionId === versionId));
  const removed = await removeVersion(bucket, key, versionId);
  return removed?.kind === 'delete-marker' ? { markerId: versionId } : {};
}

function deletedElement({ key, versionId }: Item, markerId: string | undefined): Xml {
  return xml('Deleted', [
    keyElement('Key', key),
    xml('VersionId', versionId),
    ...(markerId === undefined ? [] : [xml('DeleteMarker', true), xml('DeleteMarkerVersionId', markerId)]),
  ]);
}

function errorElement({ key, versionId }: Item, error: AwsFailure): Xml {
  return xml('Error', [
    keyElement('Key', key),
    xml('VersionId', versionId),
    xml('Code', error.code),
    xml('Message', error.message),
  ]);
}
