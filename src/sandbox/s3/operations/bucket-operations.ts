import { xml } from '../../xml.ts';
import type { BucketCall, Operation } from '../call.ts';
import { xmlResponse } from '../xml.ts';
import { isoTime, limitOf, ownerOf } from './list-objects.ts';

/** ListBuckets: the account has one, so that a page never ends early but at a limit of none. */
export const listBuckets: Operation = async ({ storage, query }) => {
  const prefix = query.get('prefix') ?? '';
  const limit = limitOf(query, 'max-buckets');
  const after = query.get('continuation-token') ?? '';
  const buckets = [...storage.buckets.values()]
    .filter(({ name }) => name.startsWith(prefix) && name > after)
    .slice(0, limit);
  return xmlResponse('ListAllMyBucketsResult', [
    ownerOf(storage),
    xml(
      'Buckets',
      buckets.map(({ name, created }) =>
        xml('Bucket', [
          xml('Name', name),
          xml('CreationDate', isoTime(created)),
          xml('BucketRegion', storage.account.region),
        ]),
      ),
    ),
    xml('Prefix', prefix === '' ? undefined : prefix),
  ]);
};

/** HeadBucket. */
export const headBucket: Operation<BucketCall> = async ({ storage }) => ({
  status: 200,
  headers: {
    'content-type': 'application/xml',
    'x-amz-bucket-region': storage.account.region,
    'x-amz-access-point-alias': 'false',
  },
});

/** GetBucketLocation: empty for us-east-1, which S3 has no constraint for. */
export const getBucketLocation: Operation<BucketCall> = async ({ storage }) => {
  const { region } = storage.account;
  return xmlResponse('LocationConstraint', region === 'us-east-1' ? '' : region);
};

/** GetBucketVersioning: the account's bucket is versioned from its first day. */
export const getBucketVersioning: Operation<BucketCall> = async () =>
  xmlResponse('VersioningConfiguration', [xml('Status', 'Enabled')]);
