import { buildArn } from './build-json.ts';
import type { BuildContext } from './context.ts';
import { encryptionKey } from './project.ts';
import { type BuildRecord, buildId } from './record.ts';

/** What CodeBuild tells a build's commands about the build; the runner adds what only it knows. */
export function reservedVariables(
  record: BuildRecord,
  { account, project }: Pick<BuildContext, 'account' | 'project'>,
): Record<string, string> {
  const { bucket, key } = project.source;
  return {
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    CODEBUILD_BUILD_ARN: buildArn(record, account),
    CODEBUILD_BUILD_ID: buildId(record),
    CODEBUILD_BUILD_IMAGE: project.environment.image,
    CODEBUILD_BUILD_NUMBER: String(record.number),
    CODEBUILD_INITIATOR: record.initiator,
    CODEBUILD_KMS_KEY_ID: encryptionKey(account),
    CODEBUILD_LOG_PATH: record.uuid,
    CODEBUILD_SOURCE_REPO_URL: `s3://${bucket}/${key}`,
    CODEBUILD_SOURCE_VERSION: record.wishes.sourceVersion ?? `arn:aws:s3:::${bucket}/${key}`,
    CODEBUILD_START_TIME: String(record.startedAt),
  };
}
