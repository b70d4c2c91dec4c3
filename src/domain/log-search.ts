import { chunkText, type LogChunk, lineAtOffset } from './log-chunk.ts';
import { plain } from './sanitise.ts';

export type Finder = {
  /** Index of the first line at or after `from` that holds the text. */
  first(chunk: LogChunk, from: number): number | undefined;
  /** Index of the last line at or before `from` that holds it. */
  last(chunk: LogChunk, from: number): number | undefined;
};

/** Looks for a text, whatever the case. Plain ASCII is searched as one text a chunk; lines with colours or other letters are decoded one by one. */
export function createFinder(text: string): Finder {
  const pattern = new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'gi');
  const folded = text.toLowerCase();
  const isHit = (chunk: LogChunk, index: number) =>
    plain(chunkText(chunk, index)).toLowerCase().includes(folded);
  return {
    first(chunk, from) {
      if (chunk.isPlainAscii) {
        pattern.lastIndex = chunk.starts[from] ?? 0;
        const found = pattern.exec(chunk.bytes.toString('latin1', 0, chunk.used));
        return found ? lineAtOffset(chunk, found.index) : undefined;
      }
      for (let index = from; index < chunk.count; index++) if (isHit(chunk, index)) return index;
      return undefined;
    },
    last(chunk, from) {
      if (!chunk.isPlainAscii) {
        for (let index = from; index >= 0; index--) if (isHit(chunk, index)) return index;
        return undefined;
      }
      const end = from + 1 < chunk.count ? chunk.starts[from + 1] : chunk.used;
      pattern.lastIndex = 0;
      let offset: number | undefined;
      for (const found of chunk.bytes.toString('latin1', 0, end).matchAll(pattern)) offset = found.index;
      return offset === undefined ? undefined : lineAtOffset(chunk, offset);
    },
  };
}
