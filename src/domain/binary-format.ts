import { type ElfFormat, readElf } from './binary-elf.ts';
import { type MachOFormat, readMachO } from './binary-mach-o.ts';
import { type PeFormat, readPe } from './binary-pe.ts';

/** Bytes from the beginning of a file that are enough to tell its format. */
export const headBytes = 4_096;

/** Processors, by the names that the formats of executables have numbers for; another one by its number. */
export type Processor =
  | 'x86-64'
  | 'aarch64'
  | 'i386'
  | 'arm'
  | 'riscv'
  | 'powerpc'
  | 's390x'
  | 'mips'
  | 'loongarch'
  | `processor ${number}`;

/** What a file is, as far as its beginning tells. */
export type BinaryFormat =
  | ElfFormat
  | MachOFormat
  | PeFormat
  /** `#!`: the interpreter, without `env` before it, in printable ASCII; empty where none is named. */
  | { kind: 'script'; interpreter: string }
  | { kind: 'zip' | 'text' | 'empty' | 'other' };

/** Tells what begins with these bytes: {@link headBytes} of them, or the whole file where it is smaller. Never throws. */
export function formatOf(head: Uint8Array): BinaryFormat {
  if (head.length === 0) return { kind: 'empty' };
  const binary = readElf(head) ?? readMachO(head) ?? readPe(head);
  if (binary) return binary;
  if (startsWith(head, '#!')) return { kind: 'script', interpreter: interpreterOf(head) };
  if (startsWith(head, 'PK\u0003\u0004') || startsWith(head, 'PK\u0005\u0006')) return { kind: 'zip' };
  return { kind: isText(head) ? 'text' : 'other' };
}

function startsWith(head: Uint8Array, text: string): boolean {
  return head.length >= text.length && [...text].every((sign, index) => head[index] === sign.charCodeAt(0));
}

const longestInterpreter = 60;

function interpreterOf(head: Uint8Array): string {
  const end = head.indexOf(0x0a);
  const line = String.fromCharCode(...head.subarray(2, end < 0 ? Math.min(head.length, 200) : end));
  const words = line
    .replace(/[^\x20-\x7e]/g, ' ')
    .trim()
    .split(/ +/);
  const [program = '', ...rest] = words;
  const name = /(^|\/)env$/.test(program) ? (rest.find((word) => !word.startsWith('-')) ?? program) : program;
  return name.slice(0, longestInterpreter);
}

/** UTF-8 without control characters, or UTF-16 by its mark (what `reg export` writes). */
function isText(head: Uint8Array): boolean {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return true;
  if (head.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c)) {
    return false;
  }
  try {
    // The head may end within a character.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: head.length >= headBytes });
    return true;
  } catch {
    return false;
  }
}

/** In words, after "is": `an ELF binary for Linux on aarch64`, `a script for /bin/sh`. */
export function describeFormat(format: BinaryFormat): string {
  switch (format.kind) {
    case 'elf': {
      const what = format.type === 'program' ? 'binary' : format.type;
      return `an ELF ${what} for ${format.system} on ${format.processor}`;
    }
    case 'mach-o': {
      const what = format.isProgram ? 'binary' : 'library';
      const machines = format.processors.map(appleName).join(' and ');
      return format.isUniversal
        ? `a universal Mach-O ${what} for ${machines}`
        : `a Mach-O ${what} for ${machines}`;
    }
    case 'pe': {
      const what = {
        console: 'program',
        window: 'program',
        driver: 'driver or boot program',
        dll: 'library',
      };
      return `a Windows ${what[format.type]} (PE) for ${windowsName(format.processor)}`;
    }
    case 'script':
      return format.interpreter === '' ? 'a script for nothing' : `a script for ${format.interpreter}`;
    case 'zip':
      return 'a zip';
    case 'text':
      return 'plain text';
    case 'empty':
      return 'empty';
    case 'other':
      return 'no program of a known kind';
  }
}

/** For a column: `ELF x86-64`, `PE x64`, `Mach-O arm64`, `universal`, `script`, `text`. */
export function shortFormat(format: BinaryFormat): string {
  switch (format.kind) {
    case 'elf':
      return `ELF ${format.processor}`;
    case 'mach-o':
      return format.isUniversal ? 'Mach-O universal' : `Mach-O ${machOName(format.processors[0])}`;
    case 'pe':
      return `PE ${windowsName(format.processor)}`;
    default:
      return format.kind;
  }
}

const machOName = (processor: Processor | undefined): string =>
  processor === 'aarch64' ? 'arm64' : (processor ?? 'empty');

const appleName = (processor: Processor): string =>
  processor === 'aarch64' ? 'Apple silicon' : processor === 'x86-64' ? 'Intel' : processor;

const windowsName = (processor: Processor): string =>
  ({ 'x86-64': 'x64', i386: 'x86', aarch64: 'arm64' })[processor as string] ?? processor;
