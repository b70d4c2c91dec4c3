import type { BuildStatus } from '../domain/build.ts';
import { listArtifacts } from './artifact-files.ts';
import type { ArtifactsSpec, Buildspec } from './buildspec.ts';
import type { PhaseEnd } from './command-phase.ts';
import { scratchPlaces } from './environment.ts';
import { cutShort, type Run } from './run.ts';
import { writeZip, type ZipSummary } from './zip-file.ts';

const failed = (code: string, message: string): PhaseEnd => ({
  status: 'FAILED',
  contexts: [{ code, message }],
});

async function packArtifacts(run: Run, spec: ArtifactsSpec): Promise<ZipSummary | PhaseEnd> {
  const { request, report, signal } = run;
  const listing = await listArtifacts(spec, request.sourceDir, signal);
  for (const line of listing.log) await report.container(line);
  if (listing.files.length === 0) return failed('CLIENT_ERROR', 'no matching artifact paths found');
  return writeZip(scratchPlaces(request.scratchDir).artifactFile, listing.files, {}, signal);
}

/** UPLOAD_ARTIFACTS up to the zip on disk. `status` is the build's so far, the answer its status after it. */
export async function upload(
  run: Run,
  spec: Buildspec,
  status: BuildStatus,
): Promise<[BuildStatus, ZipSummary?]> {
  const phase = 'UPLOAD_ARTIFACTS';
  await run.report.startPhase(phase);
  let packed: ZipSummary | PhaseEnd | undefined;
  try {
    if (spec.artifacts !== undefined) packed = await packArtifacts(run, spec.artifacts);
  } catch (error) {
    packed = run.signal.aborted
      ? cutShort(run.interruption)
      : failed('CLIENT_ERROR', `cannot pack the artifacts: ${(error as Error).message}`);
  }
  if (packed !== undefined && 'status' in packed) {
    await run.report.endPhase(phase, packed.status, packed.contexts);
    return [packed.status === 'FAILED' && status !== 'SUCCEEDED' ? status : packed.status];
  }
  await run.report.endPhase(phase, 'SUCCEEDED', []);
  return packed === undefined ? [status] : [status, packed];
}
