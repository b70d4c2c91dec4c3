import { readConditions } from './conditions.ts';
import { scopeOf } from './known-actions.ts';
import { malformed } from './malformed.ts';
import { readPattern } from './pattern.ts';
import type { Policy, Principal, Selection, Statement } from './types.ts';

/** The largest bucket policy, without its white space (S3: "Bucket policies"). */
export const maxPolicyBytes = 20 * 1024;

type Fields = Record<string, unknown>;

const statementFields = 'Sid Effect Principal Action NotAction Resource NotResource Condition'.split(' ');

/**
 * Reads a bucket policy ("IAM JSON policy element reference"). What AWS has and the sandbox does not evaluate is
 * refused by its name: ignoring a condition would make a restriction that is none.
 * @param bucketArn that all its resources must lie in.
 * @returns the policy and its text without white space, as it is kept.
 * @throws AwsFailure MalformedPolicy.
 */
export function parsePolicy(text: string, bucketArn: string): { policy: Policy; text: string } {
  const json = readJson(text);
  const normal = JSON.stringify(json);
  if (Buffer.byteLength(normal) > maxPolicyBytes) {
    throw malformed(
      `Normalized policy document exceeds the maximum allowed size of ${maxPolicyBytes} bytes.`,
    );
  }
  checkFields(json, ['Version', 'Id', 'Statement']);
  if (json.Version !== undefined && json.Version !== '2012-10-17' && json.Version !== '2008-10-17') {
    throw malformed('The policy must contain a valid version string');
  }
  if (json.Id !== undefined && typeof json.Id !== 'string') throw malformed('Policy has an invalid Id');
  const statements = json.Statement === undefined ? [] : listOf(json.Statement);
  if (statements.length === 0) throw malformed('Could not parse the policy: Statement is empty!');
  checkSids(statements);
  return { policy: statements.map((statement) => readStatement(statement, bucketArn)), text: normal };
}

function readJson(text: string): Fields {
  const notJson = "Policies must be valid JSON and the first byte must be '{'";
  if (!text.startsWith('{')) throw malformed(notJson);
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(notJson);
  }
}

function checkSids(statements: readonly unknown[]): void {
  const sids = statements.flatMap((statement) => {
    const sid = fieldsOf(statement).Sid;
    if (sid !== undefined && typeof sid !== 'string') throw malformed('Policy has an invalid Sid');
    return sid === undefined || sid === '' ? [] : [sid];
  });
  if (new Set(sids).size < sids.length) {
    throw malformed('Statement IDs (SID) in a single policy must be unique.');
  }
}

function readStatement(json: unknown, bucketArn: string): Statement {
  const fields = fieldsOf(json);
  checkFields(fields, statementFields);
  const { Effect: effect } = fields;
  if (effect === undefined) throw malformed('Missing required field Effect');
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(`Invalid effect: ${String(effect)}`);
  if (fields.Principal === undefined) throw malformed('Missing required field Principal');
  const action = oneOf(fields, 'Action');
  const resource = oneOf(fields, 'Resource');
  checkResources(resource.names, bucketArn);
  checkActions(action, resource, bucketArn);
  return {
    effect,
    principals: readPrincipals(fields.Principal),
    actions: selectionOf({ ...action, names: action.names.map((name) => name.toLowerCase()) }),
    resources: selectionOf(resource),
    conditions: fields.Condition === undefined ? [] : readConditions(fields.Condition),
  };
}

type Named = { negated: boolean; names: readonly string[] };

/** `Action` or `NotAction`: one of them, with at least one text. */
function oneOf(fields: Fields, name: string): Named {
  const negative = `Not${name}`;
  const negated = fields[negative] !== undefined;
  if (negated && fields[name] !== undefined) {
    throw malformed(`Policy has both ${name} and ${negative} in a statement`);
  }
  const value = fields[negated ? negative : name];
  if (value === undefined) throw malformed(`Missing required field ${name}`);
  const names = listOf(value);
  if (names.length === 0 || !names.every((one) => typeof one === 'string')) {
    throw malformed(`Policy has invalid ${name.toLowerCase()}`);
  }
  return { negated, names: names as string[] };
}

function selectionOf({ negated, names }: Named): Selection {
  return { negated, patterns: names.map(readPattern) };
}

function checkResources(resources: readonly string[], bucketArn: string): void {
  for (const resource of resources) {
    if (/\$\{(?![*?$]\})/.test(resource)) {
      throw malformed(`The sandbox does not evaluate policy variables: ${resource}`);
    }
    if (resource !== bucketArn && !resource.startsWith(`${bucketArn}/`) && resource !== `${bucketArn}*`) {
      throw malformed(`Policy has invalid resource: ${resource}`);
    }
  }
}

/** Every action must be one of S3, and one that is meant must work on a resource that is meant. */
function checkActions(actions: Named, resources: Named, bucketArn: string): void {
  const objects = resources.negated || resources.names.some((name) => name !== bucketArn);
  const buckets = resources.negated || resources.names.some((name) => !name.startsWith(`${bucketArn}/`));
  for (const name of actions.names) {
    const scope = name === '*' ? { buckets, objects } : scopeOf(readPattern(name.toLowerCase()));
    if (!scope.buckets && !scope.objects) throw malformed(`Policy has invalid action: ${name}`);
    if (!actions.negated && !(scope.buckets && buckets) && !(scope.objects && objects)) {
      throw malformed(`Action does not apply to any resource(s) in statement: ${name}`);
    }
  }
}

const arn = /^arn:aws:(?:iam|sts)::(\d{12}):(root|(?:user|role|assumed-role|federated-user)\/[\w+=,.@/-]+)$/;

function readPrincipals(json: unknown): Principal[] {
  if (json === '*') return [{ kind: 'everyone' }];
  const kinds = Object.entries(fieldsOf(json));
  const principals = kinds.flatMap(([kind, value]) =>
    listOf(value).map((name) => {
      if (typeof name !== 'string') throw malformed('Invalid principal in policy');
      return principalOf(kind, name);
    }),
  );
  if (principals.length === 0) throw malformed('Missing required field Principal cannot be empty!');
  return principals;
}

function principalOf(kind: string, name: string): Principal {
  if (kind === 'Service' || kind === 'Federated') return { kind: 'nobody' };
  if (kind !== 'AWS') {
    throw malformed(`Invalid principal in policy: the sandbox does not evaluate ${kind}`);
  }
  if (name === '*') return { kind: 'everyone' };
  if (/^\d{12}$/.test(name)) return { kind: 'account', accountId: name };
  const [, accountId, who] = arn.exec(name) ?? [];
  if (accountId === undefined) throw malformed(`Invalid principal in policy: ${name}`);
  return who === 'root' ? { kind: 'account', accountId } : { kind: 'arn', arn: name };
}

function checkFields(fields: Fields, known: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw malformed(
    unknown === 'NotPrincipal' ? 'The sandbox does not evaluate NotPrincipal' : `Unknown field ${unknown}`,
  );
}

function fieldsOf(json: unknown): Fields {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Fields;
  throw malformed('Could not parse the policy: an object is missing where one is expected');
}

function listOf(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [json];
}
