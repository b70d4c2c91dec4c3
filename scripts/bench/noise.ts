import { closeSync, openSync, writeSync } from 'node:fs';

const mib = 1024 * 1024;

/** Writes that many MiB that do not compress; always the same. */
export function writeNoise(file: string, count: number): void {
  const target = openSync(file, 'w');
  for (let part = 0; part < count; part++) writeSync(target, noise(mib, part + 1));
  closeSync(target);
}

/** Bytes that no compressor makes smaller, the same for the same seed. */
function noise(length: number, seed: number): Buffer {
  const words = new Uint32Array(Math.ceil(length / 4));
  // Xorshift; 0 would stay 0.
  let state = Math.imul(seed, 0x9e3779b1) || 1;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return Buffer.from(words.buffer, 0, length);
}
