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
  // The program marks where a picture ends (DEC 2026): between the marks half of the next one stands on the screen.
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, (parameters) => {
    if (parameters[0] === 2026) for (const looker of [...lookers]) looker();
    return false;
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
