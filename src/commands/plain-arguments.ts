import type { GlobalOptions } from './context.ts';

/** What can be a build rather than a mistyped command: `latest`, an id with its project, or a piece of a uuid. */
export const looksLikeBuild = (word: string) =>
  word === 'latest' || word.includes(':') || /^[0-9a-f-]{4,}$/i.test(word);

export const isRegionName = (text: string) => /^[a-z0-9-]+$/i.test(text);

export const isWebAddress = (text: string) => /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);

const switches: Readonly<Record<string, Partial<GlobalOptions>>> = {
  '--sandbox': { sandbox: true },
  '--read-only': { readOnly: true },
  '--no-color': { color: false },
  '--ascii': { ascii: true },
};

const valued = {
  '--profile': 'profile',
  '--region': 'region',
  '--project': 'project',
  '--endpoint-url': 'endpointUrl',
  '--source': 'source',
  '--debug': 'debug',
} as const satisfies Record<string, keyof GlobalOptions>;

/**
 * The arguments of the full-screen program, where they are plain: read without loading the command line's parser, which
 * would answer the same. Undefined for whatever else they mean, or may mean.
 */
export function plainArguments(
  argv: readonly string[],
): { kind: 'program'; options: GlobalOptions; build?: string } | undefined {
  let options: GlobalOptions = { sandbox: false, json: false, readOnly: false, color: true, ascii: false };
  let build: string | undefined;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    const [name = '', inside] = splitAt(word, '=');
    if (Object.hasOwn(switches, word)) options = { ...options, ...switches[word] };
    else if (Object.hasOwn(valued, name)) {
      const value = inside ?? argv[++at] ?? '';
      // A value that begins so may as well be an option, its value forgotten.
      if (value === '' || value.startsWith('-')) return undefined;
      options = { ...options, [valued[name as keyof typeof valued]]: value };
    } else if (build === undefined && !word.startsWith('-') && looksLikeBuild(word)) build = word;
    else return undefined;
  }
  const { region, endpointUrl, source } = options;
  if (region !== undefined && !isRegionName(region)) return undefined;
  if (endpointUrl !== undefined && !isWebAddress(endpointUrl)) return undefined;
  const sandbox = options.sandbox || source !== undefined;
  if (sandbox && endpointUrl !== undefined) return undefined;
  return { kind: 'program', options: { ...options, sandbox }, ...(build === undefined ? {} : { build }) };
}

function splitAt(word: string, mark: string): [string, string?] {
  const at = word.indexOf(mark);
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}
