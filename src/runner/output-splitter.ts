/**
 * Splits a build's output into lines at byte level, so that a character cut by a chunk's border is put together again,
 * and finds the marks by which the shell tells that a command has ended.
 */
export type OutputPart = { kind: 'lines'; lines: string[] } | { kind: 'mark'; text: string };

export type OutputSplitter = {
  /** Parts of a chunk in order. Lines before a mark are complete: a last one without its line end is flushed. */
  push(chunk: Buffer): OutputPart[];
  /** The unfinished last line, if any. */
  flush(): OutputPart[];
};

/** CloudWatch Logs took 256 KB an event, 26 bytes of them its own. */
export const maxLineBytes = 256 * 1024 - 26;
/** A mark holds a word and a number. */
const maxMarkBytes = 64;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Longest beginning of `bytes`, at most `max`, that does not end inside a UTF-8 character. */
function cutAt(bytes: Buffer, max: number): number {
  let end = max;
  while (end > max - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return ((bytes[end] ?? 0) & 0xc0) === 0x80 ? max : end;
}

function decode(bytes: Buffer): string {
  const end = bytes[bytes.length - 1] === carriageReturn ? bytes.length - 1 : bytes.length;
  return bytes.toString('utf8', 0, end);
}

/** How many of the last bytes could be the beginning of `pattern`. */
function partialMatch(bytes: Buffer, pattern: Buffer): number {
  for (let length = Math.min(pattern.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(pattern.subarray(0, length))) return length;
  }
  return 0;
}

/**
 * @param markStart bytes that begin a mark; it ends with the next NUL byte
 */
export function createOutputSplitter(markStart: Buffer, maxBytes: number = maxLineBytes): OutputSplitter {
  /** Pieces of the unfinished line; joined once, when it ends. */
  let pieces: Buffer[] = [];
  let pieceBytes = 0;
  /** Bytes that may be the beginning of a mark, or a mark without its end. */
  let held: Buffer = Buffer.alloc(0);

  const takeLine = (): Buffer => {
    const line = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
    pieces = [];
    pieceBytes = 0;
    return line;
  };

  const keep = (rest: Buffer, lines: string[]): void => {
    pieces.push(rest);
    pieceBytes += rest.length;
    while (pieceBytes > maxBytes) {
      const line = takeLine();
      const end = cutAt(line, maxBytes);
      lines.push(line.toString('utf8', 0, end));
      // A copy: a view would keep the whole chunk alive.
      pieces = [Buffer.from(line.subarray(end))];
      pieceBytes = pieces[0]?.length ?? 0;
    }
  };

  const split = (bytes: Buffer): string[] => {
    const lines: string[] = [];
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, from)) {
      keep(bytes.subarray(from, end), lines);
      lines.push(decode(takeLine()));
      from = end + 1;
    }
    if (from < bytes.length) keep(Buffer.from(bytes.subarray(from)), lines);
    return lines;
  };

  const flushLine = (): string[] => (pieceBytes === 0 ? [] : [decode(takeLine())]);

  return {
    push(chunk) {
      const parts: OutputPart[] = [];
      const addLines = (lines: string[]): void => {
        if (lines.length > 0) parts.push({ kind: 'lines', lines });
      };
      let bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      held = Buffer.alloc(0);
      for (;;) {
        const start = bytes.indexOf(markStart);
        if (start === -1) {
          const tail = partialMatch(bytes, markStart);
          held = Buffer.from(bytes.subarray(bytes.length - tail));
          addLines(split(bytes.subarray(0, bytes.length - tail)));
          return parts;
        }
        const textStart = start + markStart.length;
        const end = bytes.indexOf(0, textStart);
        if (end === -1 && bytes.length - textStart <= maxMarkBytes) {
          held = Buffer.from(bytes.subarray(start));
          addLines(split(bytes.subarray(0, start)));
          return parts;
        }
        addLines([...split(bytes.subarray(0, start)), ...flushLine()]);
        if (end === -1) {
          // No mark of ours: output that happens to begin like one.
          addLines(split(bytes.subarray(start, textStart)));
          bytes = bytes.subarray(textStart);
          continue;
        }
        parts.push({ kind: 'mark', text: bytes.toString('latin1', textStart, end) });
        bytes = bytes.subarray(end + 1);
      }
    },
    flush() {
      const lines = [...split(held), ...flushLine()];
      held = Buffer.alloc(0);
      return lines.length === 0 ? [] : [{ kind: 'lines', lines }];
    },
  };
}
