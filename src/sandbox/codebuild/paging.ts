import { AwsFailure } from '../http.ts';
import { badInput, pageSize } from './inputs.ts';
import { type BuildRecord, buildId } from './record.ts';

export type SortOrder = 'ASCENDING' | 'DESCENDING';

/** Where a build stands in a list; lists go by it and tokens hold it, so that pages stay right while builds come and go. */
type Place = readonly [startedAt: number, number: number];

/**
 * A page of build ids.
 * @param list tells tokens of different lists apart.
 * @throws AwsFailure InvalidInputException for a token that is none of this list.
 */
export function pageOfBuilds(
  list: string,
  builds: readonly BuildRecord[],
  order: SortOrder,
  nextToken: string | undefined,
): { ids: string[]; nextToken?: string } {
  const sign = order === 'ASCENDING' ? 1 : -1;
  const sorted = [...builds].sort((a, b) => sign * compare(placeOf(a), placeOf(b)));
  const after = nextToken ? decodeToken(list, order, nextToken) : undefined;
  const rest =
    after === undefined ? sorted : sorted.filter((build) => sign * compare(placeOf(build), after) > 0);
  const page = rest.slice(0, pageSize);
  const last = page.at(-1);
  return {
    ids: page.map(buildId),
    ...(last !== undefined && rest.length > page.length
      ? { nextToken: encodeToken(list, order, placeOf(last)) }
      : {}),
  };
}

function placeOf(build: BuildRecord): Place {
  return [build.startedAt, build.number];
}

function compare(a: Place, b: Place): number {
  return a[0] - b[0] || a[1] - b[1];
}

function encodeToken(list: string, order: SortOrder, place: Place): string {
  return Buffer.from(JSON.stringify([list, order, ...place])).toString('base64url');
}

function decodeToken(list: string, order: SortOrder, token: string): Place {
  try {
    const [ofList, ofOrder, startedAt, number] = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (ofList === list && ofOrder === order && Number.isFinite(startedAt) && Number.isFinite(number)) {
      return [startedAt, number];
    }
  } catch {}
  throw new AwsFailure(badInput, 'Invalid input: the nextToken is invalid');
}
