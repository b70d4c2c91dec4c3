import { AwsFailure } from '../../http.ts';

/** Longer messages, which a sender's own words would make, are cut. */
const maxMessage = 400;

/** The failure for a policy that cannot be kept. */
export function malformed(message: string): AwsFailure {
  return new AwsFailure('MalformedPolicy', message.slice(0, maxMessage), 400);
}
