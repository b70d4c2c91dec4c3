import { useInput, usePaste } from 'ink';
import { keyNames } from './key-names.ts';

/** The only place that listens to keys. `onPaste`: pasted text, which never counts as keys. */
export function useKeymap(onKey: (name: string) => void, onPaste: (text: string) => void): void {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name);
  });
  usePaste(onPaste);
}
