import type { LeftoverRun } from '../../src/domain/distribution.ts';
import { pictureTime } from './sample-builds.ts';

/** A distribution that was cut off in the middle of its upload. */
export const leftover: LeftoverRun = {
  id: 'ccwb-tui-ship-1-abc',
  key: 'packages/20261120-103000/claude-code-package-20261120-103000.zip',
  filename: 'claude-code-package-20261120-103000.zip',
  size: 100 * 1024 ** 2,
  createdAt: pictureTime - 3_600_000,
  step: 'UPLOAD',
  uploaded: 61 * 1024 ** 2,
  builds: ['claude-code-auth-linux-x64-build:1'],
  expiresHours: 12,
};
