/** Put in by the bundler. */
declare const CCWB_TUI_VERSION: string;

export const version = CCWB_TUI_VERSION;
