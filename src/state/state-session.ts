import type { AppError } from '../domain/errors.ts';
import type { CcwbProfile, Connection, Deployment } from '../domain/profile.ts';
import type { Trouble } from './state-trouble.ts';

/** Which account to open. */
export type Target = { place: 'sandbox' } | { place: 'aws'; profileName?: string };

export type Session =
  | { state: 'choosing'; number: number }
  | { state: 'connecting'; target: Target; number: number; trouble?: Trouble }
  | {
      state: 'open';
      target: Target;
      /** Counts the accounts opened so far: part of every feed's key. */
      number: number;
      connection: Connection;
      deployment: Deployment;
      /** Raised to have the identity read again at once. */
      identityAttempt: number;
    };

export type ProfileChoices = {
  profiles: readonly CcwbProfile[];
  active?: string;
  awsProfiles: readonly string[];
  error?: AppError;
};
