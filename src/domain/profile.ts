/** A ccwb profile, of either generation of its files, as far as the program reads it. */
export type CcwbProfile = {
  name: string;
  awsRegion?: string;
  codebuildRegion?: string;
  identityPoolName: string;
  /** Stack key (`codebuild`, `distribution`, …) → stack name; absent keys follow the pattern `P-key`. */
  stackNames: Readonly<Record<string, string>>;
  distributionType?: 'presigned-s3' | 'landing-page';
  providerDomain?: string;
  clientId?: string;
  providerType?: string;
  credentialStorage?: string;
  selectedModel?: string;
  crossRegionProfile?: string;
  cognitoUserPoolId?: string;
  extraFiles: readonly string[];
  /** Whether what people do is reported; then a package needs its otel-helpers. */
  monitoringEnabled?: boolean;
};

/** Identity pool name ccwb falls back to, and we with it. */
export const defaultPoolName = 'claude-code-auth';

/** What the stacks of a profile say is there; every field may be missing, screens survive that alone. */
export type Deployment = {
  profile: CcwbProfile;
  /** Region the build projects live in. */
  buildRegion: string;
  /** Region of the distribution bucket and the parameter. */
  region: string;
  /** Build projects, Windows first, in the order of the stack's outputs. */
  projects: string[];
  buildBucket?: string;
  distributionBucket?: string;
  /** `/claude-code/P/distribution/latest`. */
  parameterName: string;
  landingPageUrl?: string;
  /** Name or ARN of the secret with the key pair of the distribution stack's signing user. */
  distributorSecret?: string;
  /** Output IdentityPoolId of the auth stack, for the `config.json` of a package. */
  identityPoolId?: string;
  /** Why something above is missing or guessed: a stack not deployed or not readable, as sentences for the user. */
  notes?: readonly string[];
  /** Stacks that may be there and may not be read: why, a sentence each. They are among the notes. */
  unread?: { readonly codebuild?: string; readonly distribution?: string };
};

export type Identity = { account: string; arn: string; userId: string };

/** Where the program is connected and as whom; shown in the top bar. */
export type Connection = {
  /** The sandbox or a real account; only for saying which. */
  place: 'aws' | 'sandbox';
  profileName: string;
  region: string;
  /** Epoch milliseconds at which the credentials stop; absent for long-term keys, `unknown` where it cannot be told. */
  credentialsExpireAt?: number | 'unknown';
  identity?: Identity;
};
