/**
 * Uploads a file to the running sandbox of its home as a distribution does: `upload FILE KEY`; sends an
 * {@link UploadReport}.
 */
import { createReadStream } from 'node:fs';
import { createAwsClients } from '../../../src/services/aws-clients.ts';
import { systemClock } from '../../../src/services/clock.ts';
import { measureZip } from '../../../src/services/distributions/package/zip-measure.ts';
import { partBytes } from '../../../src/services/distributions/upload/package-object.ts';
import { upload } from '../../../src/services/distributions/upload/upload.ts';
import { createTrace } from '../../../src/services/distributions/upload/upload-trace.ts';
import { createMachine } from '../../../src/start/machine.ts';

export type UploadReport = {
  ms: number;
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};

const bucket = 'claude-code-auth-codebuild-buildbucket-sandbox';
const region = 'us-east-1';
const [file = '', key = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const machine = createMachine(
  process,
  { json: false, readOnly: false, color: false, ascii: false, sandbox: true },
  () => {},
);
const info = await machine.sandbox.status(signal);
if (!info) throw new Error('The sandbox does not run.');
const { endpoint, credentials, proof } = info;
// As PACK leaves it: every part is hashed while the zip is written.
const measure = measureZip(partBytes);
for await (const chunk of createReadStream(file)) measure.update(chunk);
const aws = createAwsClients({
  clock: systemClock,
  random: Math.random,
  version: 'bench',
  endpointUrl: endpoint,
  credentials,
  proof,
});
// Of a run's dependencies an upload uses these.
const deps = { aws, clock: systemClock } as unknown as Parameters<typeof upload>[0];
// Loading the SDK is no part of the upload.
await aws.s3(region);
const from = performance.now();
await upload(
  deps,
  { ...measure.result(), file, contentType: 'application/zip', metadata: {} },
  createTrace({ region, bucket, key, runId: key.replace(/\W/g, '-') }),
  { step: 'UPLOAD', signal, clock: systemClock, emit: () => {} },
);
const report: UploadReport = { ms: performance.now() - from, endpoint, credentials };
process.send?.(report, () => process.exit(0));
