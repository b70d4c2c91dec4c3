import { artifactKey, type SandboxAccount, sourceKey } from '../account.ts';

/** ccwb's stack gives its builds half an hour. */
export const projectTimeoutMinutes = 30;

export const queuedTimeoutMinutes = 480;

/** What the account's one project builds from, into and as. */
export type SandboxProject = {
  name: string;
  arn: string;
  serviceRole: string;
  source: { bucket: string; key: string };
  artifact: { bucket: string; key: string };
  environment: { type: string; computeType: string; image: string };
  logGroup: string;
  /** Epoch milliseconds. */
  createdAt: number;
};

export function sandboxProject(account: SandboxAccount, createdAt: number): SandboxProject {
  const { accountId, region, poolName, projectName, bucket } = account;
  return {
    name: projectName,
    arn: `arn:aws:codebuild:${region}:${accountId}:project/${projectName}`,
    serviceRole: `arn:aws:iam::${accountId}:role/${poolName}-codebuild-role`,
    source: { bucket, key: sourceKey },
    artifact: { bucket, key: artifactKey(account) },
    environment: {
      type: environmentTypes[account.target],
      // The one compute type that is no size of AWS's: it takes what the machine has.
      computeType: 'ATTRIBUTE_BASED_COMPUTE',
      image: 'this-machine',
    },
    logGroup: `/aws/codebuild/${projectName}`,
    createdAt,
  };
}

/** CodeBuild's nearest word for this machine; it has none for an Intel Mac. */
const environmentTypes: Record<SandboxAccount['target'], string> = {
  'linux-x64': 'LINUX_CONTAINER',
  'linux-arm64': 'ARM_CONTAINER',
  'macos-arm64': 'MAC_ARM',
  'macos-intel': 'MAC_ARM',
  windows: 'WINDOWS_SERVER_2022_CONTAINER',
};

export function sourceJson({ source }: SandboxProject, buildspec?: string): object {
  return {
    type: 'S3',
    location: `${source.bucket}/${source.key}`,
    ...(buildspec === undefined ? {} : { buildspec }),
    insecureSsl: false,
  };
}

export function environmentJson(
  { environment }: SandboxProject,
  variables: readonly { name: string; value: string }[],
): object {
  return {
    ...environment,
    environmentVariables: variables.map(({ name, value }) => ({ name, value, type: 'PLAINTEXT' })),
    privilegedMode: false,
    imagePullCredentialsType: 'CODEBUILD',
  };
}

export function encryptionKey({ accountId, region }: SandboxAccount): string {
  return `arn:aws:kms:${region}:${accountId}:alias/aws/s3`;
}

/** The project in the words of BatchGetProjects. */
export function projectJson(project: SandboxProject, account: SandboxAccount): object {
  const created = project.createdAt / 1000;
  return {
    name: project.name,
    arn: project.arn,
    description: 'Runs the buildspec of its source on this machine',
    source: sourceJson(project),
    secondarySources: [],
    secondarySourceVersions: [],
    artifacts: {
      type: 'S3',
      location: project.artifact.bucket,
      path: '',
      namespaceType: 'NONE',
      name: project.artifact.key,
      packaging: 'ZIP',
      overrideArtifactName: false,
      encryptionDisabled: true,
    },
    secondaryArtifacts: [],
    cache: { type: 'NO_CACHE' },
    environment: environmentJson(project, []),
    serviceRole: project.serviceRole,
    timeoutInMinutes: projectTimeoutMinutes,
    queuedTimeoutInMinutes: queuedTimeoutMinutes,
    encryptionKey: encryptionKey(account),
    tags: [],
    created,
    lastModified: created,
    badge: { badgeEnabled: false },
    logsConfig: {
      cloudWatchLogs: { status: 'ENABLED' },
      s3Logs: { status: 'DISABLED', encryptionDisabled: false },
    },
    projectVisibility: 'PRIVATE',
  };
}
