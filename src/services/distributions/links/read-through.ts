import type { Say } from '../../../domain/ports/links.ts';
import { transfer } from '../../aws-call.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { Measure } from '../package/staged-file.ts';
import { busyLink, isBusy } from '../verify/failures.ts';
import { askLink } from '../verify/link-source.ts';
import { type Unreadable, watched } from '../verify/watchdog.ts';
import { measure } from './measure.ts';

type Deps = Pick<DistributionsDeps, 'aws' | 'clock'>;

/** What a link answers: all its bytes measured, or a refusal with S3's code for it. */
export type Reading = ({ status: 200 } & Measure) | { status: number; code: string; size?: never };

const unreadable: Unreadable = {
  message: 'The link cannot be read',
  hint: 'Check the network and proxy.',
};

/**
 * Reads a link as a stranger would, without credentials, to its end; `onlyStatus` where only the answer counts.
 * @throws AppError `network` where no answer comes, or it comes to a stand.
 */
export async function readThrough(
  deps: Deps,
  url: string,
  options: { total?: number; onlyStatus?: boolean },
  say: Say,
  signal: AbortSignal,
): Promise<Reading> {
  // Of a link that is only tried one byte is enough; what is not signed may be sent along.
  const headers: Record<string, string> = options.onlyStatus ? { range: 'bytes=0-0' } : {};
  return deps.aws.call(
    { doing: 'Reading the link', action: 's3:GetObject' },
    signal,
    (callSignal) =>
      watched(deps.clock, unreadable, callSignal, async (watchedSignal, heard) => {
        const answer = await askLink(url, headers, watchedSignal);
        heard();
        const { status } = answer;
        if (answer.kind === 'refused') {
          if (isBusy(answer)) throw busyLink(answer);
          return { status, code: answer.code };
        }
        if (options.onlyStatus || status !== 200) {
          answer.body.destroy();
          return { status, code: '' };
        }
        return { status: 200, ...(await measure(answer.body, options.total, say, async () => heard())) };
      }),
    transfer,
  );
}
