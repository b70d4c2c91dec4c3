/** US dollars a build minute by `environmentType/computeType`, with the day they were read off the price page. */
export type PriceTable = { asOf: string; usdPerMinute: Readonly<Record<string, number>> };

/** `auto`: as the environment and the terminal's own answers say. */
export type Switch = 'auto' | 'on' | 'off';

/** What the terminal is taken to be able to do; anything but `auto` is believed, whatever else says otherwise. */
export type TerminalSettings = {
  colors: 'auto' | 'none' | '16' | '256' | 'direct';
  unicode: Switch;
  hyperlinks: Switch;
  notifications: 'auto' | 'osc9' | 'osc777' | 'osc99' | 'off';
  synchronizedOutput: Switch;
  clipboard: Switch;
};

/** How the end of a watched build is told. */
export type NotifySettings = { bell: boolean; title: boolean; desktop: boolean };

/** The user's settings, validated; absent fields have the defaults of `defaultSettings`. */
export type Settings = {
  /** What the first-run choice was; absent → ask. */
  place?: 'aws' | 'sandbox';
  profile?: string;
  expiresHours: number;
  prices: PriceTable;
  /** Show clock times in the local zone or in UTC. */
  timeZone: 'local' | 'utc';
  terminal: TerminalSettings;
  notify: NotifySettings;
  /** Most that one build's log may hold in memory, in MiB: 16 to 4096. */
  log: { maxMegabytes: number };
};

/** Rates of us-east-1; CodeBuild's Windows 2019 rates, assumed to hold for 2022. See Settings in the README. */
export const defaultSettings: Settings = {
  expiresHours: 48,
  timeZone: 'local',
  terminal: {
    colors: 'auto',
    unicode: 'auto',
    hyperlinks: 'auto',
    notifications: 'auto',
    synchronizedOutput: 'auto',
    clipboard: 'auto',
  },
  notify: { bell: true, title: true, desktop: true },
  log: { maxMegabytes: 256 },
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
