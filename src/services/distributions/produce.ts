import type { Distribution, DistributionOptions } from '../../domain/distribution.ts';
import { formatBytes } from '../../domain/format.ts';
import { treeSummary } from '../../domain/package-tree.ts';
import type { Deployment } from '../../domain/profile.ts';
import { type Collected, collect } from './collect/collect.ts';
import { type LinkPlan, planLink } from './link-plan.ts';
import { assemble, type Checked } from './package/assemble.ts';
import { type PackedZip, pack } from './package/pack.ts';
import type { StagedFile } from './package/staged-file.ts';
import { guessedBucket } from './package-bucket.ts';
import { type RecordBefore, recordBefore } from './record/record.ts';
import { type Run, step } from './run.ts';
import { note } from './run-context.ts';
import { sweep } from './sweep.ts';

/** A package on disk, ready to be published. */
export type Produced = {
  /** Path of the zip in the run's folder. */
  zip: string;
  packed: PackedZip;
  /** What it holds, and for which platforms. */
  contents: Pick<Distribution, 'files' | 'platforms' | 'missing'>;
  /** Ids of the builds the binaries come from. */
  builds: string[];
  /** The record when the run began. */
  before: RecordBefore;
  /** Absent where the run goes on from where another process left it: it is made anew then. */
  plan?: LinkPlan;
};

/** COLLECT, CHECK and PACK: nothing but the run's own folder changes. */
export async function produce(run: Run): Promise<Produced> {
  const { before, collected, plan } = await collectStep(run);
  const { files, tree } = await checkStep(run, collected);
  const zip = run.folder.file();
  const packed = await packStep(run, files, zip);
  return {
    zip,
    packed,
    contents: { ...tree, files: [...tree.files] },
    builds: collected.builds.map(({ id }) => id),
    before,
    plan,
  };
}

type Begun = { before: RecordBefore; plan: LinkPlan; collected: Collected };

function collectStep(run: Run): Promise<Begun> {
  const { deps, options, context, bucket, region, folder } = run;
  return step(run, 'COLLECT', async () => {
    for (const text of await sweep(deps, { bucket, region }, context.signal)) note(context, text);
    for (const text of guesses(deps.deployment)) note(context, text);
    sayLandingPage(run);
    const before = await recordBefore(deps, context);
    run.before = before;
    const plan = await planLink(run);
    const collected = await collect(deps, options, folder.file, context);
    return [{ before, plan, collected }, `${collected.files.size} files of ${sources(collected, options)}`];
  });
}

/** What is not known for sure, as a stack may not be read: where the package goes to, which builds it is of. */
function guesses(deployment: Deployment): string[] {
  const why = deployment.unread?.codebuild;
  const projects = why === undefined ? [] : [`${why} Build projects are guessed by ccwb’s names.`];
  return [...guessedBucket(deployment), ...projects];
}

/** A package of ours does not appear there: whoever expects that must know. */
function sayLandingPage({ deps, context }: Run): void {
  const { landingPageUrl, profile } = deps.deployment;
  if (landingPageUrl === undefined && profile.distributionType !== 'landing-page') return;
  const page = landingPageUrl === undefined ? 'a landing page' : `the landing page ${landingPageUrl}`;
  note(
    context,
    `This profile publishes on ${page}, which is ccwb’s own way and stays as it is; this package gets a presigned link beside it.`,
  );
}

function checkStep(run: Run, collected: Collected): Promise<Checked> {
  const { deps, options, context, folder } = run;
  return step(run, 'CHECK', async () => {
    const checked = await assemble(deps, collected, folder.file, context, options.ask);
    return [checked, treeSummary(checked.tree)];
  });
}

function packStep(run: Run, files: readonly StagedFile[], zip: string): Promise<PackedZip> {
  return step(run, 'PACK', async () => {
    const packed = await pack(files, zip, run.context);
    return [packed, `${formatBytes(packed.size)}, sha256 ${packed.sha256}`];
  });
}

function sources({ builds }: Collected, options: DistributionOptions): string {
  const ids = builds.map(({ id }) => id);
  return [...ids, ...(options.packagePath === undefined ? [] : ['the folder'])].join(', ');
}
