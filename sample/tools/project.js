import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, and where things lie in it. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const sourceFolder = join(root, 'source');
export const objectFolder = join(root, '.build');
export const outputFolder = join(root, 'dist');

export const programs = ['credential-process', 'otel-helper'];

const targets = {
  'linux x64': 'linux-x64',
  'linux arm64': 'linux-arm64',
  'darwin x64': 'macos-intel',
  'darwin arm64': 'macos-arm64',
};

/** What programs of this machine are called for: `linux-x64`, `macos-arm64`, … */
export const hostTarget = targets[`${process.platform} ${process.arch}`] ?? `${process.platform}-${process.arch}`;

/** What the programs built are called for. */
export const target = process.env.CCWB_TARGET || hostTarget;

/**
 * How long one round of trying or measuring takes, in milliseconds: by time rather than by number, so that a fast
 * machine does more of them. SAMPLE_ROUND_MS shortens it for those in a hurry.
 */
export const roundTime = Number(process.env.SAMPLE_ROUND_MS || 900);

export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Paths of all modules below source/, with `/` between folders, sorted. */
export function listModules() {
  const visit = (folder) =>
    readdirSync(join(sourceFolder, folder), { withFileTypes: true }).flatMap((item) => {
      const path = folder === '' ? item.name : `${folder}/${item.name}`;
      if (item.isDirectory()) return visit(path);
      return path.endsWith('.js') ? [path] : [];
    });
  return visit('').sort();
}

export function readModule(path) {
  return readFileSync(join(sourceFolder, path), 'utf8');
}

export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Changes with every change of a source file, and with nothing else. */
export function digestOfSource() {
  const lines = listModules().map((path) => `${sha256(readModule(path))}  ${path}\n`);
  return sha256(`${version}\n${lines.join('')}`).slice(0, 12);
}

/** Ends the build with one line that says where and why. */
export function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}
