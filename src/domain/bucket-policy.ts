import { AppError } from './errors.ts';
import {
  differenceOf,
  isObject,
  type PolicyDifference,
  type Statement,
  statementLines,
} from './policy-difference.ts';
import { addressesSid, type ParsedSid, parseSid, revokedSid, withEnd } from './policy-sid.ts';

/** A statement that this program writes: its `Sid` says for which package and what for. */
export type OwnStatement = Statement & { Sid: string; Resource: string };

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
 * `until`: when the last link it is for ends, epoch ms; its name says so, so that whoever comes later can remove it.
 */
export function restriction(
  place: PackagePlace & { allowed: readonly string[]; until: number },
): OwnStatement {
  const statement = denyLinks(withEnd(addressesSid(place.key), place.until), place);
  return {
    ...statement,
    Condition: { NotIpAddress: { 'aws:SourceIp': [...place.allowed] }, ...statement.Condition },
  };
}

/** Refuses every presigned link to a package, in any of its versions. */
export function revocation(place: PackagePlace): OwnStatement {
  return denyLinks(revokedSid(place.key), place);
}

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
 * A policy with one statement of ours, in place of that of the same name; all others as they are. Of two ends the later
 * one stands: links of others hang on it too.
 * @throws AppError `invalid` where the policy is not understood or would get too large, `conflict` where the name is
 * another package's.
 */
export function withStatement(
  policy: string | undefined,
  wanted: OwnStatement,
): PolicyDifference & { text: string } {
  const present = policy === undefined ? newPolicy() : parsePolicy(policy);
  const [first, ...rest] = present.statements.filter(isNamed(wanted.Sid));
  if ((first && !isForSame(first, wanted)) || rest.length > 0) throw takenSid(wanted.Sid);
  if (first && holdsFor(first, wanted)) return { text: policy ?? '', added: [], removed: [] };
  if (wanted.Resource.includes('${') && present.rest.Version !== '2012-10-17') throw oldLanguage();
  const statement = first ? { ...wanted, Sid: laterSid(first.Sid, wanted.Sid) } : wanted;
  const statements = first
    ? present.statements.map((other) => (other === first ? statement : other))
    : [...present.statements, statement];
  const text = policyText(present, statements);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > mostPolicyBytes) throw tooLarge(bytes);
  return { text, ...differenceOf(first, statement) };
}

/**
 * A policy without the statement of that name, whatever its end; `text` is undefined where none is left, and the same
 * where it had none.
 * @throws AppError `invalid` where the policy is not understood.
 */
export function withoutStatement(
  policy: string,
  name: string,
): { text: string | undefined; removed: string[] } {
  const present = parsePolicy(policy);
  const gone = present.statements.filter(isNamed(name));
  if (gone.length === 0) return { text: policy, removed: [] };
  const left = present.statements.filter((statement) => !gone.includes(statement));
  return {
    text: left.length === 0 ? undefined : policyText(present, left),
    removed: gone.flatMap(statementLines),
  };
}

/**
 * The statements that this program wrote, with the packages they are for.
 * @throws AppError `invalid` where the policy is not understood.
 */
export function ownStatements(policy: string): (ParsedSid & { key: string })[] {
  return parsePolicy(policy).statements.flatMap(({ Sid: sid, Effect, Resource }) => {
    if (typeof sid !== 'string' || Effect !== 'Deny') return [];
    const resource = typeof Resource === 'string' ? /^arn:[^:]*:s3:::[^/]+\/(.+)$/s.exec(Resource) : null;
    const key = resource?.[1]?.replace(/\$\{([*?$])\}/g, '$1');
    const parsed = parseSid(sid);
    const isOurs = key !== undefined && [addressesSid(key), revokedSid(key)].includes(parsed.name);
    return isOurs ? [{ ...parsed, key }] : [];
  });
}

/**
 * Restrictions stay so long after the end in their name, ms: links are signed a while after their restriction was
 * written, and clocks differ.
 */
export const restrictionGraceMs = 3_600_000;

/**
 * Names of the restrictions whose last link has ended, and their grace with it. `now`: epoch ms of S3's clock.
 * @throws AppError `invalid` where the policy is not understood.
 */
export function endedStatements(policy: string, now: number): string[] {
  return ownStatements(policy).flatMap(({ name, until }) =>
    until !== undefined && until + restrictionGraceMs <= now ? [name] : [],
  );
}

/**
 * The statement of a name, whatever its end; undefined where there is none.
 * @throws AppError `invalid` where the policy is not understood.
 */
export function findStatement(policy: string, name: string): Statement | undefined {
  return parsePolicy(policy).statements.find(isNamed(name));
}

/** Whether a statement of a policy does what is wanted, for at least as long. */
export function holdsFor(present: Statement, wanted: OwnStatement): boolean {
  return (
    laterSid(present.Sid, wanted.Sid) === present.Sid &&
    sameStatement({ ...present, Sid: wanted.Sid }, wanted)
  );
}

function isNamed(sid: string): (statement: Statement) => boolean {
  const { name } = parseSid(sid);
  return ({ Sid }) => typeof Sid === 'string' && parseSid(Sid).name === name;
}

/** Of two ends of one statement the later; without one it is for ever. */
function laterSid(present: unknown, wanted: string): string {
  if (typeof present !== 'string') return wanted;
  const endOf = (sid: string) => parseSid(sid).until ?? Number.POSITIVE_INFINITY;
  return endOf(present) >= endOf(wanted) ? present : wanted;
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

const isForSame = (present: Statement, statement: OwnStatement) =>
  sameStatement(present.Resource, statement.Resource);

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
