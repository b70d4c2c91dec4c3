/** A text in which `*` stands for any characters and `?` for one, as policies write actions, resources and values. */
export type Pattern = readonly (string | typeof any | typeof one)[];

const any = Symbol('any characters');
const one = Symbol('one character');

/** The pattern of a text; `${*}`, `${?}` and `${$}` stand for the characters themselves. */
export function readPattern(text: string): Pattern {
  return [...text.matchAll(/\$\{([*?$])\}|([\s\S])/gu)].map(([, literal, character]) => {
    if (literal !== undefined) return literal;
    if (character === '*') return any;
    return character === '?' ? one : (character ?? '');
  });
}

/** Whether the whole text fits; goes back only to the last `*`, so that no pattern takes long. */
export function fits(pattern: Pattern, text: string): boolean {
  const characters = [...text];
  let at = 0;
  let place = 0;
  let star = -1;
  let resume = 0;
  while (at < characters.length) {
    const token = pattern[place];
    if (token === any) {
      star = place;
      resume = at;
      place += 1;
    } else if (token === one || (token !== undefined && token === characters[at])) {
      place += 1;
      at += 1;
    } else if (star >= 0) {
      place = star + 1;
      resume += 1;
      at = resume;
    } else return false;
  }
  return pattern.slice(place).every((token) => token === any);
}
