/** Makes or finishes one distribution in a process of its own, for a test that kills it. Started with its set-up as JSON. */
import type { Deployment } from '../../../src/domain/profile.ts';
import { createAwsClients } from '../../../src/services/aws-clients.ts';
import { createBuilds } from '../../../src/services/builds/builds-service.ts';
import { systemClock } from '../../../src/services/clock.ts';
import { createDistributions, systemProcesses } from '../../../src/services/distributions/distributions.ts';

export type ChildSetUp = {
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  deployment: Deployment;
  tempDir: string;
  runId: string;
  packagePath?: string;
  /** Finishes what is left instead of making anew. */
  resume?: string;
};

const setUp = JSON.parse(process.argv[2] ?? '') as ChildSetUp;
const { endpoint, credentials, deployment, tempDir, runId, packagePath, resume } = setUp;
const clock = systemClock;
const random = () => 0;
const aws = createAwsClients({ clock, random, version: 'test', endpointUrl: endpoint, credentials });
const distributions = createDistributions({
  aws,
  deployment,
  builds: createBuilds({ aws, region: deployment.buildRegion, clock, random }),
  clock,
  tempDir,
  ledgerDir: tempDir.concat('-ledger'),
  place: 'sandbox',
  newId: () => runId,
  processes: systemProcesses,
});
const options = { expiresHours: 48, ...(packagePath === undefined ? {} : { packagePath }) };
const { signal } = new AbortController();
const run =
  resume === undefined ? distributions.make(options, signal) : distributions.resume(resume, {}, signal);
const said = new Set<string>();
for await (const event of run) {
  if (event.kind === 'step') console.log(`${event.step} ${event.state}`);
  if (event.kind === 'progress') sayMemory(event.step, event.done / event.total);
}
console.log('made');

/**
 * At every eighth of a step, so that it is known of a process that is killed, too: what is in use once the garbage is
 * gone, and the most that this process ever had, in MiB. Only where Node exposes its collection of garbage.
 */
function sayMemory(step: string, share: number): void {
  const eighth = `${step} ${Math.floor(share * 8)}/8`;
  if (!globalThis.gc || said.has(eighth)) return;
  said.add(eighth);
  // What the first one frees outside the heap is counted off by the next.
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  const used = Math.round((heapUsed + external) / 1024 ** 2);
  console.log(
    `${eighth}: ${used} MiB in use, ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most`,
  );
}
