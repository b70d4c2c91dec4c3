import type { Build } from '../domain/build.ts';
import type { Services } from '../domain/ports/services.ts';
import { mayReplaceLatestBuild, recordLatestBuild } from '../services/latest-build.ts';
import type { Machine } from './machine.ts';

/** Notes the build for ccwb. A build of the sandbox never takes the place of a real one's note. */
export async function noteLatestBuild(machine: Machine, build: Build, services: Services): Promise<void> {
  const bucket = services.deployment.buildBucket ?? '';
  const isSandbox = services.connection.place === 'sandbox';
  if (isSandbox && !(await mayReplaceLatestBuild(machine.home, bucket))) return;
  await recordLatestBuild(machine.home, {
    id: build.id,
    project: build.project,
    target: build.target,
    bucket,
    startedAt: build.startedAt ?? machine.clock.now(),
  });
}
