import { createHash } from 'node:crypto';
import type { SandboxAccount } from './account.ts';
import type { Distributor } from './distributor.ts';
import { AwsFailure, type SandboxService } from './http.ts';
import { type QueryOperation, queryService } from './query-service.ts';
import { type Xml, xml, xmlMembers } from './xml.ts';

type Stack = {
  name: string;
  description: string;
  parameters: Record<string, string>;
  outputs: Record<string, string>;
};

/**
 * CloudFormation with the stacks that ccwb deploys, as far as builds and packages need them.
 * @param createdAt epoch milliseconds at which the account was made.
 * @param secret that the distribution stack made; absent: a stack of the time when it made none.
 */
export function createCloudFormation(
  account: SandboxAccount,
  createdAt: number,
  secret?: Pick<Distributor, 'secretArn' | 'secretName'>,
): SandboxService {
  const stacks = stacksOf(account, secret);
  const describeStacks: QueryOperation = (parameters) => {
    const asked = parameters.get('StackName');
    if (asked === '') {
      throw new AwsFailure(
        'ValidationError',
        "1 validation error detected: Value '' at 'stackName' failed to satisfy constraint: Member must have length greater than or equal to 1",
      );
    }
    const found = stacks.filter(
      (stack) => asked === undefined || asked === stack.name || asked === stackId(account, stack),
    );
    if (asked !== undefined && found.length === 0) {
      throw new AwsFailure('ValidationError', `Stack with id ${asked} does not exist`);
    }
    return [
      xmlMembers(
        'Stacks',
        found.map((stack) => describe(account, stack, createdAt)),
      ),
    ];
  };
  return queryService({
    name: 'cloudformation',
    version: '2010-05-15',
    namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    operations: { DescribeStacks: describeStacks },
  });
}

function stacksOf(account: SandboxAccount, secret: Parameters<typeof createCloudFormation>[2]): Stack[] {
  const { accountId, region, poolName, projectName, bucket } = account;
  return [
    {
      name: `${poolName}-stack`,
      description: 'Sign-in; of the sandbox nobody is signed in by it',
      parameters: { IdentityPoolName: poolName },
      outputs: {
        IdentityPoolId: `${region}:00000000-0000-4000-8000-000000000000`,
        BedrockRoleArn: `arn:aws:iam::${accountId}:role/${poolName}-bedrock-role`,
        FederationType: 'cognito',
      },
    },
    {
      name: `${poolName}-codebuild`,
      description: 'Builds of the sign-in binaries',
      parameters: { ProjectNamePrefix: poolName },
      outputs: {
        BuildBucket: bucket,
        ProjectName: projectName,
        ProjectArn: `arn:aws:codebuild:${region}:${accountId}:project/${projectName}`,
        ServiceRoleArn: `arn:aws:iam::${accountId}:role/${poolName}-codebuild-role`,
      },
    },
    {
      name: `${poolName}-distribution`,
      description: 'Distribution of the packages by presigned links',
      parameters: { IdentityPoolName: poolName },
      outputs: {
        DistributionBucket: bucket,
        ...(secret
          ? { DistributionSecretArn: secret.secretArn, DistributionSecretName: secret.secretName }
          : {}),
      },
    },
  ];
}

function stackId(account: SandboxAccount, stack: Stack): string {
  const hex = createHash('sha256').update(stack.name).digest('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)];
  return `arn:aws:cloudformation:${account.region}:${account.accountId}:stack/${stack.name}/${uuid.join('-')}`;
}

function describe(account: SandboxAccount, stack: Stack, createdAt: number): Xml[] {
  return [
    xml('StackId', stackId(account, stack)),
    xml('StackName', stack.name),
    xml('Description', stack.description),
    xmlMembers(
      'Parameters',
      Object.entries(stack.parameters).map(([key, value]) => [
        xml('ParameterKey', key),
        xml('ParameterValue', value),
      ]),
    ),
    xml('CreationTime', new Date(createdAt).toISOString()),
    xml('RollbackConfiguration', []),
    xml('StackStatus', 'CREATE_COMPLETE'),
    xml('DisableRollback', false),
    xmlMembers('NotificationARNs', []),
    xmlMembers('Capabilities', ['CAPABILITY_NAMED_IAM']),
    xmlMembers(
      'Outputs',
      Object.entries(stack.outputs).map(([key, value]) => [xml('OutputKey', key), xml('OutputValue', value)]),
    ),
    xmlMembers('Tags', []),
    xml('EnableTerminationProtection', false),
    xml('DriftInformation', [xml('StackDriftStatus', 'NOT_CHECKED')]),
  ];
}
