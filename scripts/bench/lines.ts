/** Length of a line of {@link compilerLine}, its line feed included. */
export const lineBytes = 118;

const phases = ['[INFO] compiling', '[CC] building   ', '[LINK] module   ', '[INFO] optimising'] as const;
const modules = [
  'urllib3',
  'botocore',
  'cryptography',
  'asyncio',
  'certifi',
  'keyring',
  'encodings',
] as const;

/** Some text of its own for each number: the lines of a log differ, and so do their parts. */
const scrambled = (number: number) => Math.imul(number + 1, 0x9e3779b1) >>> 0;

/** A line as a compiler prints it, 117 ASCII characters and a line feed. Each number has its own. */
export function compilerLine(number: number): string {
  const noise = scrambled(number);
  const hex = noise.toString(16).padStart(8, '0');
  const module = modules[noise % modules.length];
  const said =
    number % 40_000 === 39_999
      ? `fatal: E2999 in unit ${number}`
      : number % 50 === 49
        ? `warning C4996: '${module}_${hex.slice(0, 4)}' is deprecated`
        : `${module}.m${noise % 977}._${hex} -> ${module}_${hex.slice(2)}.obj`;
  const line = `${phases[noise % phases.length]} ${String(number).padStart(7)} ${said} in ${noise % 1_000} ms`;
  const path = `/build/${module}/${scrambled(noise).toString(36)}/${scrambled(noise + 1).toString(36)}/${hex}`;
  return `${`${line} (${path}`.padEnd(lineBytes - 2, '-').slice(0, lineBytes - 2)})\n`;
}
