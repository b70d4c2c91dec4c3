import type { QrCode } from '../qr-picture.ts';

/** Files that the user asks for. */
export interface LogFiles {
  /**
   * Writes lines, each with its line feed, to a new file; none of it is there until all is. A relative path counts from
   * the folder the program was started in, `~/` from the home folder.
   * @param options `overwrite`: whether a file of that name may be replaced; `progress`: lines written so far
   * @returns the whole path and its bytes; `exists` where a file of that name was there and was left as it is
   * @throws AppError where it cannot be written
   */
  save(
    path: string,
    lines: Iterable<string>,
    options: { overwrite: boolean; progress?: (lines: number) => void },
    signal: AbortSignal,
  ): Promise<{ path: string; bytes: number } | 'exists'>;
  /**
   * The same for a text as it is, or for a QR code as a PNG with its quiet zone.
   * @param options `what` names it where it cannot be written: "The note"
   */
  saveWhole(
    path: string,
    content: string | QrCode,
    options: { overwrite: boolean; what: string },
    signal: AbortSignal,
  ): Promise<{ path: string; bytes: number } | 'exists'>;
  /**
   * The whole path of a folder the user named, `~` being the home folder.
   * @throws AppError where there is none, or it cannot be read
   */
  folder(path: string, signal: AbortSignal): Promise<string>;
}
