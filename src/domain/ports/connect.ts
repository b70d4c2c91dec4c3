import type { Services } from './services.ts';

/** Opens a session on an account: finds profile, region, stacks. Throws AppError naming what is missing. */
export type Connect = (options: ConnectOptions, signal: AbortSignal) => Promise<Services>;

export type ConnectOptions = {
  place: 'aws' | 'sandbox';
  profileName?: string;
  region?: string;
  endpointUrl?: string;
  /** Only the sandbox hands these over; on AWS the default chain is used. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** What whoever answers at `endpointUrl` must know. */
  proof?: ConnectionProof;
  /** Override of the projects listed. */
  project?: string;
  /** Home folder in whose `.ccwb` and `.aws` profiles are looked for. */
  home: string;
  /** The caller says what is wrong and connects again: an endpoint that stays silent is waited for once, not four times. */
  impatient?: boolean;
};

/**
 * Makes a question that only the place meant can answer. One is asked on every new connection before anything else goes
 * over it: the sandbox may have ended, and a program of somebody else may listen where it did.
 */
export type ConnectionProof = () => {
  /** Path and query to GET. */
  path: string;
  /** Looks at the body answered, undefined where no such answer came. @throws AppError for a wrong one. */
  check(answer: string | undefined): void;
};
