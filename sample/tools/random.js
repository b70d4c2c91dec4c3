/** Characters that tend to break things, among plain ones. */
const alphabet = [...'abcXYZ019 -_=./\\"\'{}[]:,;%$@\n\t\0äßé€漢字😀\u202e\u0301'];

/** Random values from a seed: the same seed gives the same values (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  const pick = (items) => items[below(items.length)];
  const list = (make) => Array.from({ length: below(6) }, make);
  const text = () => Array.from({ length: below(24) }, () => pick(alphabet)).join('');
  return { below, pick, list, text };
}
