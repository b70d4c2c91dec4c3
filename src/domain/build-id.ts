import { AppError } from './errors.ts';
import { sanitiseText } from './sanitise.ts';

/** What a user may write to mean a build. */
export type BuildReference =
  | { kind: 'latest' }
  /** The start of a uuid, at least one character; `project` where it was given before the colon. */
  | { kind: 'prefix'; prefix: string; project?: string };

const longest = 400;

/**
 * Reads `latest`, `project:uuid`, an ARN of a build, a uuid or the first characters of one. CodeBuild calls any
 * non-empty text after the colon an id, so nothing more is asked of its form.
 * @throws AppError `usage` for what cannot be an id.
 */
export function parseBuildReference(text: string): BuildReference {
  const wanted = text.trim();
  if (wanted === 'latest') return { kind: 'latest' };
  const id = wanted.startsWith('arn:') ? wanted.slice(wanted.indexOf(':build/') + ':build/'.length) : wanted;
  if (id.length > longest || !/^(?:[A-Za-z0-9][\w-]*:)?[\w.-]+$/.test(id)) {
    throw new AppError({
      kind: 'usage',
      message: `Not a build id: "${sanitiseText(text, 60)}".`,
      hint: 'Give latest, project:uuid, a uuid or its first characters; ccwb-tui builds lists them.',
    });
  }
  const parts = splitBuildId(id);
  return parts
    ? { kind: 'prefix', prefix: parts.uuid, project: parts.project }
    : { kind: 'prefix', prefix: id };
}

/** `project:uuid` in its parts; project names cannot hold a colon. */
export function splitBuildId(id: string): { project: string; uuid: string } | undefined {
  const colon = id.indexOf(':');
  if (colon <= 0 || colon === id.length - 1) return undefined;
  return { project: id.slice(0, colon), uuid: id.slice(colon + 1) };
}

/** How a build is called on screen: the first 8 characters of its uuid. */
export const shortId = (build: { uuid: string }): string => build.uuid.slice(0, 8);

/** The same of a build of which only the whole id is at hand. */
export const shortOf = (id: string): string => shortId({ uuid: id.slice(id.indexOf(':') + 1) });
