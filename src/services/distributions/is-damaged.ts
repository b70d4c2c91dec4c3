/**
 * Whether what came of an object does not have the checksum that S3 keeps for it. The SDK compares the two; its error has
 * nothing to know it by but the text.
 */
export const isDamaged = (error: unknown): boolean =>
  error instanceof Error && /checksum mismatch/i.test(error.message);
