let segmenter: Intl.Segmenter | undefined;

/** The characters of a text with all that combines with each. Made when first needed: it takes V8 dozens of ms. */
export function graphemesOf(text: string): Iterable<{ segment: string }> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
}
