import { AppError } from './errors.ts';
import { sanitiseText } from './sanitise.ts';

/** A statement of a bucket policy, of ours or of anybody's; what we don't know of it stays as it is. */
export type Statement = Readonly<Record<string, unknown>>;

/** A statement that this program writes: its `Sid` says for which package and what for. */
export type OwnStatement = Statement & { Sid: string; Resource: string };

/** What changes in a policy: lines of the statements that come and go, for people to read. */
export type PolicyDifference = { added: string[]; removed: string[] };

/** Bytes a bucket policy may have. */
export const mostPolicyBytes = 20_480;

/** The partition of a region, the second part of every ARN there. */
export function partitionOf(region: string): string {
  const found = partitions.find(([prefix]) => region.startsWith(prefix));
  return found?.[1] ?? 'aws';
}

const partitions = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['us-iso-', 'aws-iso'],
  ['eu-isoe-', 'aws-iso-e'],
  ['eusc-', 'aws-eusc'],
] as const;

type PackagePlace = { partition: string; bucket: string; key: string };

/**
 * Refuses presigned links to a package from anywhere but the allowed addresses. A Deny, since an Allow takes nothing
 * from who signed; for links alone (`REST-QUERY-STRING`), else it would lock out CodeBuild and administrators too.
 */
export function restriction(place: PackagePlace & { allowed: readonly string[] }): OwnStatement {
  const statement = denyLinks(addressesSid(place.key), place);
  return {
    ...statement,
    Condition: { NotIpAddress: { 'aws:SourceIp': [...place.allowed] }, ...statement.Condition },
  };
}

/** Refuses every presigned link to a package, in any of its versions. */
export function revocation(place: PackagePlace): OwnStatement {
  return denyLinks(revokedSid(place.key), place);
}

export const addressesSid = (key: string): string => `CcwbTui${hashOf(key)}Addresses`;
export const revokedSid = (key: string): string => `CcwbTui${hashOf(key)}Revoked`;

function denyLinks(sid: string, { partition, bucket, key }: PackagePlace) {
  return {
    Sid: sid,
    Effect: 'Deny',
    Principal: '*',
    Action: ['s3:GetObject', 's3:GetObjectVersion'],
    Resource: `arn:${partition}:s3:::${bucket}/${asLiteral(key)}`,
    Condition: { StringEquals: { 's3:authType': 'REST-QUERY-STRING' } },
  };
}

/** In a resource `*`, `?` and `$` have a meaning of their own; so written they stand for themselves. */
const asLiteral = (key: string): string => key.replace(/[*?$]/g, '${$&}');

/**
 * A policy with one statement of ours, in place of that of the same `Sid`; all others as they are.
 * @throws AppError `invalid` where the policy is not understood or would get too large, `conflict` where the `Sid` is
 * another package's.
 */
export function withStatement(
  policy: string | undefined,
  statement: OwnStatement,
): PolicyDifference & { text: string } {
  const present = policy === undefined ? newPolicy() : parsePolicy(policy);
  const [first, ...rest] = present.statements.filter(({ Sid }) => Sid === statement.Sid);
  if ((first && !isForSame(first, statement)) || rest.length > 0) throw takenSid(statement.Sid);
  if (first && sameStatement(first, statement)) {
    return { text: policy ?? '', added: [], removed: [] };
  }
  if (statement.Resource.includes('${') && present.rest.Version !== '2012-10-17') throw oldLanguage();
  const statements = first
    ? present.statements.map((other) => (other === first ? statement : other))
    : [...present.statements, statement];
  const text = policyText(present, statements);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > mostPolicyBytes) throw tooLarge(bytes);
  return { text, added: statementLines(statement), removed: first ? statementLines(first) : [] };
}

/**
 * A policy without the statement of that `Sid`; `text` is undefined where none is left, and the same where it had none.
 * @throws AppError `invalid` where the policy is not understood.
 */
export function withoutStatement(
  policy: string,
  sid: string,
): { text: string | undefined; removed: string[] } {
  const present = parsePolicy(policy);
  const gone = present.statements.filter(({ Sid }) => Sid === sid);
  if (gone.length === 0) return { text: policy, removed: [] };
  const left = present.statements.filter(({ Sid }) => Sid !== sid);
  return {
    text: left.length === 0 ? undefined : policyText(present, left),
    removed: gone.flatMap(statementLines),
  };
}

/**
 * The statements that this program wrote, with the packages they are for.
 * @throws AppError `invalid` where the policy is not understood.
 */
export function ownStatements(policy: string): { sid: string; key: string }[] {
  return parsePolicy(policy).statements.flatMap(({ Sid: sid, Effect, Resource }) => {
    if (typeof sid !== 'string' || Effect !== 'Deny') return [];
    const resource = typeof Resource === 'string' ? /^arn:[^:]*:s3:::[^/]+\/(.+)$/s.exec(Resource) : null;
    const key = resource?.[1]?.replace(/\$\{([*?$])\}/g, '$1');
    return key !== undefined && (sid === addressesSid(key) || sid === revokedSid(key)) ? [{ sid, key }] : [];
  });
}

/**
 * The statement of a `Sid`, undefined where there is none.
 * @throws AppError `invalid` where the policy is not understood.
 */
export function findStatement(policy: string, sid: string): Statement | undefined {
  return parsePolicy(policy).statements.find(({ Sid }) => Sid === sid);
}

/** Whether two statements are the same to S3, which writes a list of one as that one, and keeps no order of keys. */
export function sameStatement(a: unknown, b: unknown): boolean {
  return JSON.stringify(normal(a)) === JSON.stringify(normal(b));
}

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? normal(value[0]) : value.map(normal).sort(byText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, inner]) => [key, normal(inner)])
    .sort(byText);
}

const byText = (a: unknown, b: unknown) => {
  const [left = '', right = ''] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : Number(left > right);
};

type Policy = { rest: Record<string, unknown>; statements: Statement[] };

const newPolicy = (): Policy => ({ rest: { Version: '2012-10-17' }, statements: [] });

/** Top keys stay where they were, `Statement` too. */
const policyText = ({ rest }: Policy, statements: readonly Statement[]): string =>
  JSON.stringify({ ...rest, Statement: statements });

/** What is not understood is never written over: somebody relies on it. */
function parsePolicy(text: string): Policy {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken('is not JSON');
  }
  if (!isObject(value)) throw broken('is not a JSON object');
  // One statement may stand there without a list around it.
  const statements = Array.isArray(value.Statement) ? value.Statement : [value.Statement];
  if (!statements.every(isObject)) throw broken('has no statements as they should be');
  return { rest: value, statements };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isForSame = (present: Statement, statement: OwnStatement) =>
  sameStatement(present.Resource, statement.Resource);

/** Only lines that people need to see: what is denied, on what, except from where. */
function statementLines(statement: Statement): string[] {
  return Object.entries(statement).flatMap(([key, value]) =>
    key === 'Condition' && isObject(value)
      ? Object.entries(value).map((condition) => line(`${key} ${condition[0]}`, condition[1]))
      : [line(key, value)],
  );
}

const line = (name: string, value: unknown): string =>
  sanitiseText(`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);

/** 64 bits in hex, FNV-1a over UTF-16 units: names, not secrets. A clash of two keys is noticed and refused. */
function hashOf(key: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < key.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(key.charCodeAt(index))) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}

function broken(what: string): AppError {
  return new AppError({
    kind: 'invalid',
    message: `The policy of the bucket ${what}; it was left as it is.`,
    hint: 'Look at it with: aws s3api get-bucket-policy --bucket NAME',
  });
}

function takenSid(sid: string): AppError {
  return new AppError({
    kind: 'conflict',
    message: `The policy of the bucket has another statement named ${sid}; it was left as it is.`,
    hint: 'Look at it with: aws s3api get-bucket-policy --bucket NAME',
  });
}

function oldLanguage(): AppError {
  return new AppError({
    kind: 'invalid',
    message: 'The name of the package has * ? or $ in it, which the policy of the bucket cannot name.',
    hint: 'Its Version must be 2012-10-17 for that.',
  });
}

function tooLarge(bytes: number): AppError {
  return new AppError({
    kind: 'invalid',
    message: `The policy of the bucket would have ${bytes} bytes; S3 takes ${mostPolicyBytes}.`,
    hint: 'Allow fewer, wider networks, or revoke links with restrictions that are not needed any more.',
  });
}
