export type ActionKind =
  | 'start'
  | 'stop'
  | 'retry'
  | 'prepare'
  | 'ship'
  | 'save'
  | 'clean-up'
  | 'look'
  | 'verify'
  | 'download'
  | 'remove';

export type ActionUnderWay = { kind: ActionKind; label: string; startedAt: number };
