/** Stands in for Ink as `react.ts` does for React; `draw.ts` knows what they look like. */
export const Box = 'box';
export const Text = 'text';
