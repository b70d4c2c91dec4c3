import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { landingPlatform } from '../../../domain/links.ts';

/**
 * A package of a landing page is not ours to take away: the page would lead to nothing.
 * @throws AppError `invalid` for such a one; `done`: what would be done to it.
 */
export function mustNotBeOfAPage(entry: PackageEntry, done: 'revoked' | 'deleted'): PackageEntry {
  if (landingPlatform(entry.key) === undefined) return entry;
  const page = entry.landingPage?.url;
  throw new AppError({
    kind: 'invalid',
    message: `${entry.key} is published on the landing page: it is not ${done} from here, or the page would lead to nothing.`,
    hint: `That way of publishing is ccwb’s own: ccwb distribute puts another package in its place, and who may download is decided on the page${page === undefined ? '' : `, ${page}`}.`,
  });
}
