import fc from 'fast-check';
import { expect, it } from 'vitest';
import { besideName } from '../../src/domain/beside-name.ts';

const anyName = fc.string({
  unit: fc.constantFrom('a', '-', '.', '/', '\\', '~', ' ', '\0', '\n', 'é', '.zip'),
});

it('is the name of the zip with another ending', () => {
  expect(besideName('claude-code-package-20261120-103516.zip', '.png')).toBe(
    'claude-code-package-20261120-103516.png',
  );
  expect(besideName('package', '-2.txt')).toBe('package-2.txt');
});

it('never leads out of the folder, nor hides the file, whatever a record says', () => {
  expect(besideName('../../.bashrc', '.txt')).toBe('bashrc.txt');
  expect(besideName('~/x', '.txt')).toBe('x.txt');
  expect(besideName('.zip', '.txt')).toBe('package.txt');
  fc.assert(
    fc.property(anyName, (filename) => {
      expect(besideName(filename, '.png')).toMatch(/^\w[\w.-]{0,99}\.png$/);
    }),
  );
});
