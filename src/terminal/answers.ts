/** What the terminal said of itself; absent where it did not. */
export type Answers = {
  /** Its name and version, from XTVERSION, printable ASCII. */
  name?: string;
  /** Whether it knows DEC 2026, from DECRQM. */
  synchronizedOutput?: boolean;
  /** The fence: nothing more will come. */
  isComplete?: true;
};

const askName = '\x1b[>0q';
const askMode = '\x1b[?2026$p';
/** Every terminal answers this one, and in order: when its answer is there, no other will come. */
const fence = '\x1b[c';

/** The question: who are you, and do you know DEC 2026; the answer to the last part ends it. */
export const question = ({ mode }: { mode: boolean }) => askName + (mode ? askMode : '') + fence;

export type AnswerFilter = {
  /** Takes what came from the terminal; answers what of it are keys, in order and byte for byte. */
  take(chunk: Buffer): Buffer;
  /** Ends waiting for the rest of what may be an answer: what may be keys is handed out, half an answer dropped. */
  release(): Buffer;
  /** Undefined where nothing is held; `maybe`: keys that may be the beginning of an answer. */
  held(): 'maybe' | 'answer' | undefined;
};

/** Longest name that is believed. */
const longestName = 200;
/** Longest name that is held: what is longer is none, and is dropped up to its end. Well above, so that no cut matters. */
const longestAnswer = 256;

/** Beginnings that no key has: what follows is an answer, whole or not. */
const beginsAnswer = /^\x1b(?:\[\?[\d;]+\$?|P>\|[\s\S]*)$/;
/** Beginnings of an answer that may be keys too: Esc, Alt-[, Alt-P. */
const maybeAnswer = /^\x1b(?:\[\??|P>?)?$/;
const device = /^\x1b\[\?[\d;]*c/;
const mode = /^\x1b\[\?(\d+);(\d+)\$y/;
/** As much of a name as is there; it ends with ST or BEL, or is broken off by any other control. */
const name = /^\x1bP>\|([^\x00-\x1f\x7f]*)(\x1b\\|\x07|(?=[\x00-\x1a\x1c-\x1f\x7f]|\x1b[^\\]))/;

/**
 * Takes the terminal's answers out of the stream of keys, whenever they come and however they are cut. What is none of
 * the three answers we ask for passes unchanged.
 * @param heard called with what each answer says
 */
export function createAnswerFilter(heard: (answers: Answers) => void): AnswerFilter {
  // Bytes as characters: keys may be cut in the middle of one.
  let held = '';
  /** Inside a name that is too long, up to its end. */
  let isSkipping = false;

  const skip = (text: string): string => {
    const end = /[\x00-\x1f\x7f]/.exec(text);
    if (!end) return '';
    const rest = text.slice(end.index);
    if (rest === '\x1b') return rest;
    isSkipping = false;
    return rest.replace(/^(?:\x1b\\|\x07)/, '');
  };

  const read = (text: string): string => {
    let keys = '';
    let at = 0;
    while (at < text.length) {
      const next = text.indexOf('\x1b', at);
      if (next < 0) return keys + text.slice(at);
      keys += text.slice(at, next);
      const rest = text.slice(next, next + longestAnswer + 8);
      const length = answerLength(rest);
      if (length > 0) at = next + length;
      else if (rest.startsWith('\x1bP>|') && rest.length > longestAnswer) {
        isSkipping = true;
        const behind = skip(text.slice(next + 4));
        if (isSkipping) {
          held = behind;
          return keys;
        }
        return keys + read(behind);
      } else if (next + rest.length === text.length && (maybeAnswer.test(rest) || beginsAnswer.test(rest))) {
        held = rest;
        return keys;
      } else {
        keys += '\x1b';
        at = next + 1;
      }
    }
    return keys;
  };

  const answerLength = (text: string): number => {
    const fenced = device.exec(text);
    if (fenced) {
      heard({ isComplete: true });
      return fenced[0].length;
    }
    const answered = mode.exec(text);
    if (answered) {
      const [whole, number, value] = answered;
      // 0: unknown. 4: it stays off, whatever we send.
      if (number === '2026') heard({ synchronizedOutput: value !== '0' && value !== '4' });
      return whole.length;
    }
    const named = name.exec(text);
    if (!named) return 0;
    const [whole, text8 = '', end] = named;
    if (end !== '' && text8.length <= longestName && /^[\x20-\x7e]+$/.test(text8)) heard({ name: text8 });
    return whole.length;
  };

  return {
    take(chunk) {
      let text = held + chunk.toString('latin1');
      held = '';
      if (isSkipping) {
        text = skip(text);
        if (isSkipping) {
          held = text;
          return Buffer.alloc(0);
        }
      }
      return Buffer.from(read(text), 'latin1');
    },
    release() {
      const keys = isSkipping || !maybeAnswer.test(held) ? '' : held;
      held = '';
      isSkipping = false;
      return Buffer.from(keys, 'latin1');
    },
    held() {
      if (isSkipping) return 'answer';
      if (held === '') return undefined;
      return maybeAnswer.test(held) ? 'maybe' : 'answer';
    },
  };
}
