import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    sequence: { shuffle: true },
    setupFiles: ['test/support/fixed-seeds.ts'],
    // One core is left idle otherwise, which on two of them is half.
    maxWorkers: '100%',
    // Real builds and a loaded machine: generous limits, no test asserts a time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
