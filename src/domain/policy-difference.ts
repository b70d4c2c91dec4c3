import { sanitiseText } from './sanitise.ts';

/** A statement of a bucket policy, of ours or of anybody's; what we don't know of it stays as it is. */
export type Statement = Readonly<Record<string, unknown>>;

/** What changes in a policy: lines of the statements that come and go, for people to read. */
export type PolicyDifference = { added: string[]; removed: string[] };

/** What stays the same of a statement needs no looking at. */
export function differenceOf(before: Statement | undefined, after: Statement): PolicyDifference {
  const [removed, added] = [before ? statementLines(before) : [], statementLines(after)];
  return {
    added: added.filter((line) => !removed.includes(line)),
    removed: removed.filter((line) => !added.includes(line)),
  };
}

/** Whether a restriction only lasts longer: nobody is let in or kept out by that who was not before. */
export function isProlonging({ added, removed }: PolicyDifference): boolean {
  const isName = (line: string) => line.startsWith('Sid: ');
  return added.length === 1 && removed.length === 1 && [...added, ...removed].every(isName);
}

/** Only lines that people need to see: what is denied, on what, except from where. */
export function statementLines(statement: Statement): string[] {
  return Object.entries(statement).flatMap(([key, value]) =>
    key === 'Condition' && isObject(value)
      ? Object.entries(value).map((condition) => line(`${key} ${condition[0]}`, condition[1]))
      : [line(key, value)],
  );
}

const line = (name: string, value: unknown): string =>
  sanitiseText(`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
