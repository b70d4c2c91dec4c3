import { isWithin, readAddress, readRange } from './addresses.ts';
import { malformed } from './malformed.ts';
import { fits, type Pattern, readPattern } from './pattern.ts';

/** A condition of a statement over the request's facts, by their lower-case names. */
export type Condition = (facts: Readonly<Record<string, string>>) => boolean;

type Kind = 'string' | 'number' | 'boolean' | 'address';

/** The condition keys that the sandbox knows of a request, with what they hold. */
const keys: Record<string, Kind> = {
  'aws:sourceip': 'address',
  'aws:securetransport': 'boolean',
  's3:authtype': 'string',
  's3:signatureversion': 'string',
  's3:versionid': 'string',
  /** Milliseconds. */
  's3:signatureage': 'number',
};

type Test = (fact: string) => boolean;

type Operator = {
  kind: Kind;
  negated?: true;
  /** Makes one wanted value a test; undefined where it is no value of this operator. */
  test: (wanted: string) => Test | undefined;
};

const equals = (wanted: string): Test => {
  return (fact) => fact === wanted;
};
const equalsIgnoringCase = (wanted: string): Test => {
  return (fact) => fact.toLowerCase() === wanted.toLowerCase();
};
const like = (wanted: string): Test => {
  const pattern: Pattern = readPattern(wanted);
  return (fact) => fits(pattern, fact);
};
const compares = (holds: (fact: number, wanted: number) => boolean) => (wanted: string) => {
  const number = Number(wanted);
  return wanted.trim() === '' || !Number.isFinite(number)
    ? undefined
    : (fact: string) => holds(Number(fact), number);
};
const isTruth = (wanted: string): Test | undefined => {
  const truth = wanted.toLowerCase();
  return truth === 'true' || truth === 'false' ? (fact) => fact === truth : undefined;
};
const liesIn = (wanted: string): Test | undefined => {
  const range = readRange(wanted);
  return range && ((fact) => isWithin(readAddress(fact) ?? [], range));
};

const operators: Record<string, Operator> = {
  StringEquals: { kind: 'string', test: equals },
  StringNotEquals: { kind: 'string', test: equals, negated: true },
  StringEqualsIgnoreCase: { kind: 'string', test: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { kind: 'string', test: equalsIgnoringCase, negated: true },
  StringLike: { kind: 'string', test: like },
  StringNotLike: { kind: 'string', test: like, negated: true },
  NumericEquals: { kind: 'number', test: compares((fact, wanted) => fact === wanted) },
  NumericNotEquals: { kind: 'number', test: compares((fact, wanted) => fact === wanted), negated: true },
  NumericLessThan: { kind: 'number', test: compares((fact, wanted) => fact < wanted) },
  NumericLessThanEquals: { kind: 'number', test: compares((fact, wanted) => fact <= wanted) },
  NumericGreaterThan: { kind: 'number', test: compares((fact, wanted) => fact > wanted) },
  NumericGreaterThanEquals: { kind: 'number', test: compares((fact, wanted) => fact >= wanted) },
  Bool: { kind: 'boolean', test: isTruth },
  IpAddress: { kind: 'address', test: liesIn },
  NotIpAddress: { kind: 'address', test: liesIn, negated: true },
};

/**
 * The conditions of a statement's `Condition`: several operators and keys must all hold, of several values one (of a
 * negated operator, none).
 * @throws AwsFailure MalformedPolicy, which names the operator, key or value that cannot be evaluated here.
 */
export function readConditions(json: unknown): Condition[] {
  return entriesOf(json, 'Condition').flatMap(([operator, block]) =>
    entriesOf(block, operator).map(([key, values]) => readCondition(operator, key, values)),
  );
}

function readCondition(name: string, key: string, json: unknown): Condition {
  const fact = key.toLowerCase();
  const kind = Object.hasOwn(keys, fact) ? keys[fact] : undefined;
  if (kind === undefined) {
    throw malformed(`Policy has an invalid condition key: the sandbox does not evaluate ${key}`);
  }
  const values = (Array.isArray(json) ? json : [json]).map((value) => scalarOf(value, key));
  if (values.length === 0) throw malformed(`Policy has no value for the condition key ${key}`);
  if (name === 'Null') {
    const tests = values.map((value) => isTruth(value) ?? invalidValue(key, value));
    return (facts) => tests.some((test) => test(String(facts[fact] === undefined)));
  }
  const base = name.replace(/IfExists$/, '');
  const operator = Object.hasOwn(operators, base) ? operators[base] : undefined;
  if (operator === undefined) {
    throw malformed(`Invalid Condition type : ${name}: the sandbox does not evaluate it`);
  }
  if (operator.kind !== kind) {
    throw malformed(`Invalid Condition type : ${name}: the sandbox does not evaluate it for ${key}`);
  }
  const tests = values.map((value) => operator.test(value) ?? invalidValue(key, value));
  const negated = operator.negated === true;
  // A request without the key meets what says "not", and nothing else unless it says "if it exists".
  const withoutKey = negated || base !== name;
  return (facts) => {
    const found = facts[fact];
    return found === undefined ? withoutKey : tests.some((test) => test(found)) !== negated;
  };
}

function scalarOf(json: unknown, key: string): string {
  if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') {
    const value = String(json);
    if (/\$\{(?![*?$]\})/.test(value)) {
      throw malformed(`The sandbox does not evaluate policy variables: ${value}`);
    }
    return value;
  }
  throw malformed(`Policy has an invalid value for the condition key ${key}`);
}

function invalidValue(key: string, value: string): never {
  throw malformed(`Policy has an invalid value for the condition key ${key}: ${value}`);
}

function entriesOf(json: unknown, name: string): [string, unknown][] {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return Object.entries(json);
  throw malformed(`Policy has an invalid ${name}: it is no object`);
}
