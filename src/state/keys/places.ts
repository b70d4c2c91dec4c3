export const screens = ['builds', 'build', 'distributions', 'ship'] as const;
export const everyScreen = ['first-run', ...screens] as const;
export const lists = ['builds', 'distributions', 'first-run'] as const;

/** The screens, and what lies over them. */
export const everywhere = [
  ...everyScreen,
  'question',
  'ship-question',
  'tree',
  'input',
  'ship-form',
  'letter',
  'copy',
  'leftover',
  'picker',
  'help',
  'messages',
  'sheet',
  'code',
] as const;

/** Where keys are pressed. */
export type Place = (typeof everywhere)[number];
