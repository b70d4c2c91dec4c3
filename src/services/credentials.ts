import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types';
import { silentLogger } from './sdk-noise.ts';

/** Keys as the user or the sandbox hands them over. */
export type GivenCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

export type CredentialOptions = {
  /** Used as they are; else the SDK's default chain. */
  given?: GivenCredentials;
  /** AWS profile for the chain; absent → AWS_PROFILE, environment keys, `default`, as the SDK does. */
  awsProfile?: string;
  /** Paths of the AWS files; absent → where the SDK looks by itself. */
  configFile?: string;
  credentialsFile?: string;
  /** Timeouts and logger for the calls that the chain makes itself (SSO, STS); nothing by default in the SDK. */
  clientConfig: Record<string, unknown>;
};

/** Credentials that can be looked up anew while the program runs. */
export type CredentialSource = {
  /** Counts the renewals: clients made for an older one must be made anew, the SDK keeps what it once got. */
  generation(): number;
  /**
   * Forgets what is known, unless somebody did since `seen`. False where it cannot help: given keys stay what they are.
   */
  renew(seen: number): boolean;
  /** True while the chain is being asked: it may call out, or wait for its user. */
  isLooking(): boolean;
  provider: AwsCredentialIdentityProvider;
};

export function createCredentialSource(options: CredentialOptions): CredentialSource {
  const { given } = options;
  let generation = 0;
  let looking = 0;
  let chain: Promise<AwsCredentialIdentityProvider> | undefined;

  const load = async (): Promise<AwsCredentialIdentityProvider> => {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    return fromNodeProviderChain({
      ...(options.awsProfile === undefined ? {} : { profile: options.awsProfile }),
      ...(options.configFile === undefined ? {} : { configFilepath: options.configFile }),
      ...(options.credentialsFile === undefined ? {} : { filepath: options.credentialsFile }),
      // The SDK caches the files for the life of the process; the user may mend them meanwhile.
      ignoreCache: true,
      logger: silentLogger,
      clientConfig: options.clientConfig,
      // Off EC2 the metadata address answers nobody.
      timeout: 1_000,
      maxRetries: 0,
    });
  };

  return {
    generation: () => generation,
    renew(seen) {
      if (given) return false;
      if (generation === seen) {
        generation += 1;
        chain = undefined;
      }
      return true;
    },
    isLooking: () => looking > 0,
    provider: async (properties): Promise<AwsCredentialIdentity> => {
      if (given) return given;
      looking += 1;
      try {
        chain ??= load();
        return await (await chain)(properties);
      } finally {
        looking -= 1;
      }
    },
  };
}
