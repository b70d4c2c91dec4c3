import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { CodeBuildClient } from '@aws-sdk/client-codebuild';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Clock } from '../domain/clock.ts';
import type { ConnectionProof } from '../domain/ports/connect.ts';
import { type CallOptions, createCall } from './aws-call.ts';
import { createCredentialSource, type GivenCredentials } from './credentials.ts';
import { createProvenAgent } from './proven-agent.ts';
import { silentLogger } from './sdk-noise.ts';
import type { CallContext } from './translate-error.ts';
import { withoutPages } from './web-page.ts';

export type AwsClientsOptions = {
  clock: Clock;
  /** 0 to below 1; spreads retries. */
  random: () => number;
  version: string;
  /** Custom endpoint for every service (the sandbox, `--endpoint-url`). */
  endpointUrl?: string;
  /** True where an environment variable of the SDK sets an endpoint: S3 is then asked by path, as test servers want. */
  pathStyle?: boolean;
  /** Used as they are (the sandbox); else the SDK's default chain. */
  credentials?: GivenCredentials;
  /** Asked on every connection to the custom endpoint (plain HTTP, as the sandbox speaks) before it carries a request. */
  proof?: ConnectionProof;
  awsProfile?: string;
  configFile?: string;
  credentialsFile?: string;
};

export type SigningCredentials = AwsCredentialIdentity;

export type S3Options = {
  /** Sign with these instead of the session's (the distributor's key pair); such a client is not kept. */
  credentials?: GivenCredentials & { expiration?: Date };
  /**
   * For presigning: no checksum parameters, which break links (`WHEN_REQUIRED`), and never redirected.
   * Uploads use the default client, whose requests carry a checksum.
   */
  forPresigning?: boolean;
};

/**
 * Clients of one session (one profile, one place), one per service and region. Nothing of the SDK is loaded before
 * the first of them is asked for.
 *
 * Ask for a client anew for each call, inside `call`'s `work`: after a sign-in the next one has the new credentials.
 * ```ts
 * const answer = await aws.call(
 *   { doing: `Reading ${name}`, action: 'ssm:GetParameter' },
 *   signal,
 *   async (abortSignal) => (await aws.ssm(region)).send(new GetParameterCommand({ Name: name }), { abortSignal }),
 * );
 * ```
 */
export type AwsClients = {
  codebuild(region: string): Promise<CodeBuildClient>;
  logs(region: string): Promise<CloudWatchLogsClient>;
  cloudformation(region: string): Promise<CloudFormationClient>;
  sts(region: string): Promise<STSClient>;
  ssm(region: string): Promise<SSMClient>;
  secrets(region: string): Promise<SecretsManagerClient>;
  s3(region: string, options?: S3Options): Promise<S3Client>;
  /**
   * Runs one call: retries what passes by itself (throttling, 5xx, network) with growing pauses of the injected clock,
   * looks for new credentials once when the present ones are refused, retries once after a clock-skew correction.
   * @throws AppError that names the action; the AbortError when aborted.
   */
  call<T>(
    context: CallContext,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
    options?: CallOptions,
  ): Promise<T>;
  /**
   * Credentials fetched anew, past every cache, so that a link signed with them lives as long as it can.
   * `expiration` is absent for long-term keys, and for temporary ones (`sessionToken` set) whose end nobody tells.
   */
  freshCredentials(region: string, signal: AbortSignal): Promise<SigningCredentials>;
  /** Credentials in use, from the cache while they are good. */
  currentCredentials(region: string, signal: AbortSignal): Promise<SigningCredentials>;
  /** Frees the sockets; calls under way fail. */
  close(): void;
};

/** Without these a hung socket hangs for ever: the SDK sets no timeout by itself. Milliseconds. */
const timeouts = {
  api: { connectionTimeout: 6_000, requestTimeout: 10_000, socketTimeout: 15_000 },
  // Parts of an upload take their time on a slow line; silence on the socket is what ends them.
  s3: { connectionTimeout: 6_000, requestTimeout: 600_000, socketTimeout: 30_000 },
};

export function createAwsClients(options: AwsClientsOptions): AwsClients {
  const handlers = new Map<keyof typeof timeouts, Promise<NodeHttpHandler>>();
  // One handler for all services of a kind: its sockets outlive the clients that a sign-in replaces.
  const handler = (kind: keyof typeof timeouts): Promise<NodeHttpHandler> => {
    const made =
      handlers.get(kind) ??
      import('@smithy/node-http-handler').then(({ NodeHttpHandler }) =>
        withoutPages(
          new NodeHttpHandler({
            ...timeouts[kind],
            throwOnRequestTimeout: true,
            logger: silentLogger,
            ...(options.proof ? { httpAgent: createProvenAgent(options.proof) } : {}),
          }),
        ),
      );
    handlers.set(kind, made);
    return made;
  };

  const credentials = createCredentialSource({
    ...(options.credentials ? { given: options.credentials } : {}),
    ...(options.awsProfile === undefined ? {} : { awsProfile: options.awsProfile }),
    ...(options.configFile === undefined ? {} : { configFile: options.configFile }),
    ...(options.credentialsFile === undefined ? {} : { credentialsFile: options.credentialsFile }),
    clientConfig: {
      requestHandler: { ...timeouts.api, throwOnRequestTimeout: true, logger: silentLogger },
      maxAttempts: 2,
      logger: silentLogger,
    },
  });

  const config = async (region: string, kind: keyof typeof timeouts) => ({
    region,
    requestHandler: await handler(kind),
    credentials: credentials.provider,
    logger: silentLogger,
    // Retries are `call`'s, on the injected clock: the SDK would ask three times even for an object that is not there.
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    customUserAgent: `ccwb-tui/${options.version}`,
    ...(options.endpointUrl ? { endpoint: options.endpointUrl, disableHostPrefix: true } : {}),
  });

  const kept = new Map<string, { generation: number; client: Promise<unknown> }>();
  const keep = <C>(name: string, make: () => Promise<C>): Promise<C> => {
    const known = kept.get(name);
    const generation = credentials.generation();
    if (known?.generation === generation) return known.client as Promise<C>;
    const client = make();
    kept.set(name, { generation, client });
    return client;
  };

  const s3 = async (region: string, s3Options: S3Options = {}): Promise<S3Client> => {
    const make = async () => {
      const { S3Client } = await import('@aws-sdk/client-s3');
      const given = s3Options.credentials;
      return new S3Client({
        ...(await config(region, 's3')),
        ...(given ? { credentials: given } : {}),
        forcePathStyle: Boolean(options.endpointUrl ?? options.pathStyle),
        ...(s3Options.forPresigning
          ? { requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' }
          : { followRegionRedirects: !options.endpointUrl }),
      });
    };
    if (s3Options.credentials) return make();
    return keep(`s3 ${region} ${s3Options.forPresigning ? 'presign' : ''}`, make);
  };

  const sts = (region: string) =>
    keep(`sts ${region}`, async () => {
      const { STSClient } = await import('@aws-sdk/client-sts');
      return new STSClient(await config(region, 'api'));
    });

  const call = createCall({
    clock: options.clock,
    random: options.random,
    credentials,
    ...(options.awsProfile === undefined ? {} : { awsProfile: options.awsProfile }),
    ...(options.endpointUrl === undefined ? {} : { endpointUrl: options.endpointUrl }),
  });

  /** Through a client, whose configuration the chain needs to find SSO's and STS's region. */
  const readCredentials = (region: string, signal: AbortSignal, forceRefresh: boolean) =>
    call({ doing: 'Reading the AWS credentials', action: 'sts:AssumeRole' }, signal, async () => {
      const client = await sts(region);
      return client.config.credentials({ forceRefresh });
    });

  return {
    codebuild: (region) =>
      keep(`codebuild ${region}`, async () => {
        const { CodeBuildClient } = await import('@aws-sdk/client-codebuild');
        return new CodeBuildClient(await config(region, 'api'));
      }),
    logs: (region) =>
      keep(`logs ${region}`, async () => {
        const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
        return new CloudWatchLogsClient(await config(region, 'api'));
      }),
    cloudformation: (region) =>
      keep(`cloudformation ${region}`, async () => {
        const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
        return new CloudFormationClient(await config(region, 'api'));
      }),
    ssm: (region) =>
      keep(`ssm ${region}`, async () => {
        const { SSMClient } = await import('@aws-sdk/client-ssm');
        return new SSMClient(await config(region, 'api'));
      }),
    secrets: (region) =>
      keep(`secrets ${region}`, async () => {
        const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
        return new SecretsManagerClient(await config(region, 'api'));
      }),
    sts,
    s3,
    call,
    freshCredentials: async (region, signal) => {
      credentials.renew(credentials.generation());
      return readCredentials(region, signal, true);
    },
    currentCredentials: (region, signal) => readCredentials(region, signal, false),
    close() {
      for (const made of handlers.values()) {
        void made.then(
          (ready) => ready.destroy(),
          () => {},
        );
      }
      handlers.clear();
      kept.clear();
    },
  };
}
