import type { AppError } from '../domain/errors.ts';

export const isCredentialError = (error: AppError | undefined) => error?.kind === 'credentials';
