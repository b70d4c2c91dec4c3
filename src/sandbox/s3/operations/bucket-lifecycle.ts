import { randomUUID } from 'node:crypto';
import { type Xml, xml } from '../../xml.ts';
import type { BucketCall, Operation } from '../call.ts';
import { failures } from '../failures.ts';
import type { LifecycleRule } from '../lifecycle/rules.ts';
import { readCheckedDocument } from '../request/read-document.ts';
import { childrenOf, type Node, textOf, xmlResponse } from '../xml.ts';

const maxRules = 1000;
const maxIdLength = 255;

/** PutBucketLifecycleConfiguration, of what expires objects by age and prefix; anything else is refused by its name. */
export const putBucketLifecycle: Operation<BucketCall> = async (call) => {
  const document = await readCheckedDocument(call, 'LifecycleConfiguration');
  const rules = childrenOf(document, 'Rule').map(readRule);
  if (rules.length === 0 || rules.length > maxRules) throw failures.malformedXml();
  const ids = rules.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  if (twice !== undefined) {
    throw failures.invalidArgument(
      'Rule ID must be unique. Found same ID for one or more rules',
      'ID',
      twice,
    );
  }
  await call.bucket.setRules({ rules });
  call.storage.lifecycle.changed();
  return { status: 200 };
};

/** GetBucketLifecycleConfiguration. Throws NoSuchLifecycleConfiguration. */
export const getBucketLifecycle: Operation<BucketCall> = async ({ bucket }) => {
  const { rules } = bucket.rules();
  if (rules.length === 0) throw failures.noSuchLifecycle(bucket.name);
  return xmlResponse('LifecycleConfiguration', rules.map(ruleElement));
};

/** DeleteBucketLifecycle. */
export const deleteBucketLifecycle: Operation<BucketCall> = async ({ bucket }) => {
  await bucket.setRules({ rules: [] });
  return { status: 204 };
};

function readRule(node: Node): LifecycleRule {
  refuseOthers(node, ['ID', 'Prefix', 'Filter', 'Status', 'Expiration', 'NoncurrentVersionExpiration']);
  const id = textOf(node, 'ID') || randomUUID();
  if (id.length > maxIdLength) {
    throw failures.invalidArgument('ID length should not exceed allowed limit of 255', 'ID', id);
  }
  const status = textOf(node, 'Status');
  if (status !== 'Enabled' && status !== 'Disabled') throw failures.malformedXml();
  const days = daysIn(node, 'Expiration', 'Days');
  const noncurrentDays = daysIn(node, 'NoncurrentVersionExpiration', 'NoncurrentDays');
  if (days === undefined && noncurrentDays === undefined) {
    throw failures.invalidRequest('At least one action needs to be specified in a rule');
  }
  return {
    id,
    enabled: status === 'Enabled',
    prefix: prefixOf(node),
    ...(days === undefined ? {} : { days }),
    ...(noncurrentDays === undefined ? {} : { noncurrentDays }),
  };
}

/** In a filter, or as the oldest clients write it. */
function prefixOf(node: Node): string {
  const [filter] = childrenOf(node, 'Filter');
  const old = textOf(node, 'Prefix');
  if ((filter === undefined) === (old === undefined)) throw failures.malformedXml();
  if (filter === undefined) return old ?? '';
  refuseOthers(filter, ['Prefix']);
  return textOf(filter, 'Prefix') ?? '';
}

function daysIn(node: Node, action: string, element: string): number | undefined {
  const [found] = childrenOf(node, action);
  if (found === undefined) return undefined;
  refuseOthers(found, [element]);
  const text = textOf(found, element) ?? '';
  if (!/^\d{1,9}$/.test(text)) throw failures.malformedXml();
  if (Number(text) > 0) return Number(text);
  throw failures.invalidArgument(
    `'${element}' for ${action} action must be a positive integer`,
    element,
    text,
  );
}

/** A rule that asks for more than can be done here would be kept in vain. */
function refuseOthers(node: Node, known: readonly string[]): void {
  if (typeof node === 'string') return;
  const other = Object.keys(node).find((name) => name !== '#text' && !known.includes(name));
  if (other !== undefined) throw failures.operationNotImplemented(`PutBucketLifecycleConfiguration.${other}`);
}

function ruleElement({ id, enabled, prefix, days, noncurrentDays }: LifecycleRule): Xml {
  return xml('Rule', [
    xml('ID', id),
    xml('Filter', [xml('Prefix', prefix)]),
    xml('Status', enabled ? 'Enabled' : 'Disabled'),
    ...(days === undefined ? [] : [xml('Expiration', [xml('Days', days)])]),
    ...(noncurrentDays === undefined
      ? []
      : [xml('NoncurrentVersionExpiration', [xml('NoncurrentDays', noncurrentDays)])]),
  ]);
}
