import type { PtyProgram } from '../../test/support/pty.ts';
import { type Picture, takePicture } from './picture.ts';
import { ground } from './svg.ts';

/** Resolves with the first whole picture whose text is as wanted, the present one included. */
export type See = (what: RegExp | ((text: string) => boolean)) => Promise<Picture>;

/** Gives up waiting for a picture after this long: a build takes half a minute, on a busy machine more. */
const patienceMs = 180_000;

/** Looks at a program in a terminal, picture by picture. */
export function watch({ terminal, ended }: PtyProgram): See {
  const look = () => takePicture(terminal, ground);
  const lookers = new Set<() => void>();
  // This terminal says that it does not know DEC 2026, so the program sends no marks: each drawing is one write.
  terminal.onWriteParsed(() => {
    for (const looker of [...lookers]) looker();
  });
  return (what) => {
    const isWanted = what instanceof RegExp ? (text: string) => what.test(text) : what;
    const { promise, resolve, reject } = Promise.withResolvers<Picture>();
    const giveUp = (why: string) => reject(new Error(`${why} ${what} was seen. The screen:\n${look().text}`));
    const timer = setTimeout(() => giveUp('Time is up before'), patienceMs);
    void ended.then(() => giveUp('The program ended before'));
    const looker = () => {
      const picture = look();
      if (isWanted(picture.text)) resolve(picture);
    };
    lookers.add(looker);
    looker();
    return promise.finally(() => {
      clearTimeout(timer);
      lookers.delete(looker);
    });
  };
}
