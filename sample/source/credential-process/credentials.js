import { deriveKey } from './derive.js';
import { expirationOf, sessionName } from './session.js';

const sessionHours = 8;

/**
 * The JSON of AWS's `credential_process`. The keys look like keys and say SAMPLE: AWS refuses them, which is right,
 * as the sample signs in nowhere.
 */
export function sampleCredentials(identity, profileName, now) {
  const key = deriveKey(identity.email, profileName);
  const id = key.subarray(0, 5).toString('hex').toUpperCase();
  return {
    Version: 1,
    AccessKeyId: `ASIASAMPLE${id}`,
    SecretAccessKey: `SAMPLE/${key.subarray(5, 30).toString('base64url').slice(0, 33)}`,
    SessionToken: `SAMPLE//${sessionName(identity.email)}/${key.subarray(30).toString('base64url')}`,
    Expiration: expirationOf(now, sessionHours),
  };
}
