import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askSubject } from '../ask-subject.ts';
import { writeNoise } from '../noise.ts';
import { timeOf, versionOf } from '../processes.ts';
import type { Row } from '../row.ts';
import { createSandboxUser } from '../sandbox-user.ts';
import { inTurn, median } from '../statistics.ts';
import type { UploadReport } from '../subjects/upload.ts';

const sizeMib = 128;
const times = 3;
const bucket = 'claude-code-auth-codebuild-buildbucket-sandbox';

/** Uploads to the sandbox; of `aws s3 cp` the time that it takes for one byte is taken off: its start. */
export const upload: Row = {
  name: 'upload',
  async measure(bench) {
    const user = await createSandboxUser(bench, ['true']);
    const file = join(bench.dir, 'upload.bin');
    const byte = join(bench.dir, 'byte.bin');
    writeNoise(file, sizeMib);
    writeFileSync(byte, 'x');
    let uploads = 0;
    const key = () => `packages/bench-${uploads++}.zip`;
    try {
      await user.run('builds', '--sandbox');
      const send = (what: string) => askSubject<UploadReport>(bench, 'upload', [what, key()], user.env);
      const { endpoint, credentials } = await send(byte);
      const version = versionOf('aws');
      const env = {
        ...user.env,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_DEFAULT_REGION: 'us-east-1',
      };
      const copy = (what: string) => () =>
        version === undefined
          ? Number.NaN
          : timeOf(
              'aws',
              ['--endpoint-url', endpoint, 's3', 'cp', '--quiet', what, `s3://${bucket}/${key()}`],
              {
                env,
              },
            );
      const sent = await inTurn(times, async () => (await send(file)).ms, copy(file), copy(byte));
      const [ours = Number.NaN, whole = Number.NaN, startMs = Number.NaN] = sent.map(median);
      const theirs = whole - startMs;
      const speed = (ms: number) => `${((sizeMib * 1024 * 1024) / ms / 1000).toFixed(0)} MB/s`;
      return [
        {
          name: 'upload',
          what: `upload throughput to the sandbox ÷ aws s3 cp, ${sizeMib} MiB (${speed(ours)}, median of ${times})`,
          value: version === undefined ? undefined : theirs / ours,
          unit: '×',
          goal: { atLeast: 1 },
          peer: version === undefined ? 'awscli is not installed' : `awscli ${version}: ${speed(theirs)}`,
        },
      ];
    } finally {
      await user.end();
      for (const made of [file, byte]) rmSync(made, { force: true });
    }
  },
};
