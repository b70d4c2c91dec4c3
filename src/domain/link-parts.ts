/** What a presigned link says of itself. */
export type LinkParts = {
  /** Scheme, host and path: where the object lies. */
  place: string;
  versionId?: string;
  /** When it was signed, by the signer's clock, epoch ms; version 2 does not tell. */
  signedAt?: number;
  /** The end in its signature, epoch ms; it may stop earlier. */
  signedUntil?: number;
};

/** Takes a link apart; undefined for what is no web address. */
export function linkParts(url: string): LinkParts | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname, searchParams, protocol } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  const versionId = searchParams.get('versionId') ?? undefined;
  const signedAt = version4Begin(searchParams);
  const signedUntil = version4End(searchParams) ?? version2End(searchParams);
  return {
    place: `${origin}${pathname}`,
    ...(versionId === undefined ? {} : { versionId }),
    ...(signedAt === undefined ? {} : { signedAt }),
    ...(signedUntil === undefined ? {} : { signedUntil }),
  };
}

function version4Begin(query: URLSearchParams): number | undefined {
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '');
  if (!date) return undefined;
  const [, year, month, day, hour, minute, second] = date;
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(signedAt) ? undefined : signedAt;
}

function version4End(query: URLSearchParams): number | undefined {
  const signedAt = version4Begin(query);
  const seconds = /^\d{1,6}$/.exec(query.get('X-Amz-Expires') ?? '')?.[0];
  return signedAt === undefined || seconds === undefined ? undefined : signedAt + Number(seconds) * 1_000;
}

/** Signature version 2, of which ccwb makes links in the oldest regions, says its end in seconds since 1970. */
function version2End(query: URLSearchParams): number | undefined {
  if (!query.has('AWSAccessKeyId') || !query.has('Signature')) return undefined;
  const seconds = /^\d{1,10}$/.exec(query.get('Expires') ?? '')?.[0];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

/** When a link ends; `isGuessed` where that was a time without a zone, taken as local. */
export type LinkEnd = { at: number; isGuessed: boolean };

/**
 * When a link really ends: as was written down beside it, and never after the end in its own signature. A time that was
 * written without a zone may be hours off either way, so that the signature is believed alone where it can be read.
 */
export function linkEnd(url: string, written: { at: number; hasZone: boolean }): LinkEnd {
  const signedUntil = linkParts(url)?.signedUntil;
  if (signedUntil === undefined) return { at: written.at, isGuessed: !written.hasZone };
  return { at: written.hasZone ? Math.min(written.at, signedUntil) : signedUntil, isGuessed: false };
}

/** Follows an end that is guessed, in every place that tells it. */
export const guessedEndText = 'taken as local time';
