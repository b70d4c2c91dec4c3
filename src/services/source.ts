import type { Project } from '../domain/build.ts';
import { AppError } from '../domain/errors.ts';
import type { SourceService } from '../domain/ports/source.ts';
import { impatient } from './aws-call.ts';
import type { AwsClients } from './aws-clients.ts';

/** What lies where a project takes its source from; only S3 sources can be looked at. */
export function createSource({ aws, region }: { aws: AwsClients; region: string }): SourceService {
  return {
    async describe(project, signal) {
      const place = s3Source(project);
      if (!place) {
        throw new AppError({
          kind: 'invalid',
          message: `${project.name} takes its source from ${project.source?.type ?? 'nowhere'}, which cannot be looked at.`,
          hint: 'Only the age of a source in S3 is known before a build.',
        });
      }
      try {
        const head = await aws.call(
          { doing: `Looking at the source s3://${place.bucket}/${place.key}`, action: 's3:GetObject' },
          signal,
          async (abortSignal) => {
            const client = await aws.s3(region);
            const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
            return client.send(new HeadObjectCommand({ Bucket: place.bucket, Key: place.key }), {
              abortSignal,
            });
          },
          impatient,
        );
        return { modifiedAt: head.LastModified?.getTime() ?? 0, size: head.ContentLength ?? 0 };
      } catch (error) {
        if (error instanceof AppError && error.kind === 'not-found') return undefined;
        throw error;
      }
    },
  };
}

/** `bucket/key` or `arn:aws:s3:::bucket/key`, as projects name their source. */
function s3Source(project: Project): { bucket: string; key: string } | undefined {
  const { type, location } = project.source ?? {};
  if (type !== 'S3' || !location) return undefined;
  const match = /^(?:arn:[\w-]+:s3:::)?([^/]+)\/(.+)$/.exec(location);
  const [, bucket, key] = match ?? [];
  return bucket && key ? { bucket, key } : undefined;
}
