import type { AppError } from '../domain/errors.ts';

/** Something that fails for now and is tried again. */
export type Trouble = { error: AppError; since: number; nextTryAt: number };
