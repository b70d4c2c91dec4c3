import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageKey } from '../../src/domain/package-layout.ts';
import { defaultPoolName } from '../../src/domain/profile.ts';
import { parameterName, stackName, syntheticProfile } from '../../src/domain/stacks.ts';
import { codeSpans, section, tableRows } from './markdown.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

type Statement = { Sid: string; Effect: string; Action: string | string[]; Resource: string | string[] };
const policy = JSON.parse(read('docs/iam-policy.json')) as { Version: string; Statement: Statement[] };
const list = (value: string | string[]) => (typeof value === 'string' ? [value] : value);
const allowed = new Set(policy.Statement.flatMap(({ Action }) => list(Action)));

/**
 * The IAM actions that each SDK command in use takes, from AWS's service authorization reference. A version named takes
 * the action on versions; a HEAD of a missing object is told from a forbidden one by ListBucket.
 */
const actionsOf: Record<string, readonly string[]> = {
  AbortMultipartUploadCommand: ['s3:AbortMultipartUpload'],
  BatchGetBuildsCommand: ['codebuild:BatchGetBuilds'],
  BatchGetProjectsCommand: ['codebuild:BatchGetProjects'],
  CompleteMultipartUploadCommand: ['s3:PutObject'],
  CreateMultipartUploadCommand: ['s3:PutObject'],
  DeleteBucketPolicyCommand: ['s3:DeleteBucketPolicy'],
  DeleteObjectCommand: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  DeleteParameterCommand: ['ssm:DeleteParameter'],
  DescribeStacksCommand: ['cloudformation:DescribeStacks'],
  GetBucketPolicyCommand: ['s3:GetBucketPolicy'],
  GetCallerIdentityCommand: ['sts:GetCallerIdentity'],
  GetLogEventsCommand: ['logs:GetLogEvents'],
  GetObjectCommand: ['s3:GetObject', 's3:GetObjectVersion'],
  GetParameterCommand: ['ssm:GetParameter'],
  GetSecretValueCommand: ['secretsmanager:GetSecretValue'],
  HeadObjectCommand: ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'],
  ListBuildsForProjectCommand: ['codebuild:ListBuildsForProject'],
  ListMultipartUploadsCommand: ['s3:ListBucketMultipartUploads'],
  ListObjectVersionsCommand: ['s3:ListBucketVersions'],
  ListObjectsV2Command: ['s3:ListBucket'],
  ListPartsCommand: ['s3:ListMultipartUploadParts'],
  ListProjectsCommand: ['codebuild:ListProjects'],
  PutBucketPolicyCommand: ['s3:PutBucketPolicy'],
  PutObjectCommand: ['s3:PutObject'],
  PutParameterCommand: ['ssm:PutParameter'],
  RetryBuildCommand: ['codebuild:RetryBuild'],
  StartBuildCommand: ['codebuild:StartBuild'],
  StopBuildCommand: ['codebuild:StopBuild'],
  UploadPartCommand: ['s3:PutObject'],
};

const sources = readdirSync(new URL('src/services', root), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => read(`src/services/${path}`))
  .join('\n');
const sent = [
  ...new Set([...sources.matchAll(/\bnew (?:\w+\.)?(\w+Command)\(/g)].map(([, name = '']) => name)),
];

/** As IAM reads `*`: any characters, slashes too. */
function matchesGlob(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

describe('docs/iam-policy.json', () => {
  it('is a policy that allows and nothing else', () => {
    expect(policy.Version).toBe('2012-10-17');
    expect(new Set(policy.Statement.map(({ Effect }) => Effect))).toEqual(new Set(['Allow']));
    expect([...allowed].filter((action) => action.includes('*'))).toEqual([]);
  });

  it('has the actions of every command that the services send, and no others', () => {
    expect(sent.sort()).toEqual(Object.keys(actionsOf).sort());
    const needed = new Set(sent.flatMap((command) => actionsOf[command] ?? []));
    expect([...allowed].sort()).toEqual([...needed].sort());
  });

  it('has every action that a message asks for', () => {
    const named = [
      ...sources.matchAll(/'((?:codebuild|logs|s3|ssm|sts|cloudformation|secretsmanager):[A-Z]\w+)'/g),
    ];
    // Which role is assumed is the AWS configuration's matter.
    const unknown = named.map(([, action = '']) => action).filter((action) => action !== 'sts:AssumeRole');
    expect(unknown.filter((action) => !allowed.has(action))).toEqual([]);
  });

  it('allows all accounts nothing but what has no resource', () => {
    const open = policy.Statement.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) =>
      list(Action),
    );
    expect(open.sort()).toEqual(['codebuild:ListProjects', 'sts:GetCallerIdentity']);
  });

  const here = 'us-east-1:111122223333';
  const profile = syntheticProfile('x');
  const packageArn = `arn:aws:s3:::${defaultPoolName}-distribution-111122223333/${packageKey('20261120-103000')}`;
  it.each([
    ['ReadStacks', `arn:aws:cloudformation:${here}:stack/${stackName(profile, 'codebuild')}/1`],
    ['ReadStacks', `arn:aws:cloudformation:${here}:stack/${stackName(profile, 'distribution')}/1`],
    ['RunBuilds', `arn:aws:codebuild:${here}:project/${defaultPoolName}-windows-build`],
    [
      'ReadLogs',
      `arn:aws:logs:${here}:log-group:/aws/codebuild/${defaultPoolName}-windows-build:log-stream:1`,
    ],
    ['MakePackages', packageArn],
    ['ReadPackages', packageArn],
    [
      'ReadSigningKey',
      `arn:aws:secretsmanager:${here}:secret:${defaultPoolName}-distributor-credentials-a1B2c3`,
    ],
    ['ReadRecord', `arn:aws:ssm:${here}:parameter${parameterName(defaultPoolName)}`],
    ['WriteRecord', `arn:aws:ssm:${here}:parameter${parameterName(defaultPoolName)}`],
  ])('%s covers %s', (sid, arn) => {
    const resources = list(policy.Statement.find(({ Sid }) => Sid === sid)?.Resource ?? []);
    expect(resources.filter((pattern) => matchesGlob(arn, pattern))).toHaveLength(1);
  });

  it('is explained in the README, statement by statement', () => {
    const rows = tableRows(section(read('README.md'), '### Permissions'));
    const explained = rows.map(([sid = '', actions = '']) => [codeSpans(sid)[0], codeSpans(actions)]);
    expect(explained).toEqual(policy.Statement.map(({ Sid, Action }) => [Sid, list(Action)]));
  });
});
