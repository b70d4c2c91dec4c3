/** Stands in for vitest in bundles of the tests' support. */
export const expect = undefined;
