import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from '../../src/domain/json-fault.ts';

describe('where a text stops being JSON', () => {
  it.each<[string, number, number]>([
    ['', 1, 1],
    ['{', 1, 2],
    ['{"a": 1,}', 1, 9],
    ['{"a": 1 "b": 2}', 1, 9],
    ['{\n  "a": {},\r\n  b: 1\n}', 3, 3],
    ['{"a": "two\nlines"}', 1, 7],
    ['[1, 02]', 1, 5],
    ['[1, ]', 1, 5],
    ["{'a': 1}", 1, 2],
    ['{"a": tru}', 1, 7],
    ['{} {}', 1, 4],
    ['{"a": 1]', 1, 8],
    ['// x\n{}', 1, 1],
    ['\uFEFF{}', 1, 1],
  ])('%j', (text, line, column) => {
    expect(jsonFault(text)).toEqual({ line, column });
  });

  it('is nowhere in JSON, and somewhere in what JSON.parse refuses', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom(...'{}[]",:x 0-.\\'), (json, at, sign) => {
        expect(jsonFault(json)).toBeUndefined();
        const place = at % (json.length + 1);
        const changed = json.slice(0, place) + sign + json.slice(place + 1);
        expect(jsonFault(changed) === undefined).toBe(isJson(changed));
      }),
      { numRuns: 1_000 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
