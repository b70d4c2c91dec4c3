/** US dollars a build minute by `environmentType/computeType`, with the day they were read off the price page. */
export type PriceTable = { asOf: string; usdPerMinute: Readonly<Record<string, number>> };

/** The user's settings, validated; absent fields have the defaults of `defaultSettings`. */
export type Settings = {
  /** What the first-run choice was; absent → ask. */
  place?: 'aws' | 'sandbox';
  profile?: string;
  expiresHours: number;
  prices: PriceTable;
  /** Show clock times in the local zone or in UTC. */
  timeZone: 'local' | 'utc';
};

/** Rates of us-east-1; CodeBuild's Windows 2019 rates, assumed to hold for 2022. See Settings in the README. */
export const defaultSettings: Settings = {
  expiresHours: 48,
  timeZone: 'local',
  prices: {
    asOf: '2024-06-01',
    usdPerMinute: {
      'WINDOWS_SERVER_2022_CONTAINER/BUILD_GENERAL1_MEDIUM': 0.018,
      'WINDOWS_SERVER_2022_CONTAINER/BUILD_GENERAL1_LARGE': 0.036,
      'WINDOWS_SERVER_2019_CONTAINER/BUILD_GENERAL1_MEDIUM': 0.018,
      'WINDOWS_SERVER_2019_CONTAINER/BUILD_GENERAL1_LARGE': 0.036,
      'LINUX_CONTAINER/BUILD_GENERAL1_SMALL': 0.005,
      'LINUX_CONTAINER/BUILD_GENERAL1_MEDIUM': 0.01,
      'LINUX_CONTAINER/BUILD_GENERAL1_LARGE': 0.02,
    },
  },
};

/** Where settings are kept. Reading a broken file throws AppError naming it; the file is kept aside, never overwritten. */
export interface SettingsStore {
  readonly path: string;
  read(): Settings;
  /** Atomic, mode 0600; keys this version does not know are kept. */
  update(change: Partial<Settings>): void;
}
