/** The encoder inside `qrcode`: the package's own entry also brings a command line, a canvas and a PNG library. */
declare module 'qrcode/lib/core/qrcode.js' {
  const core: {
    /** @throws Error for a text longer than the largest code holds. */
    create(
      text: string,
      options: { errorCorrectionLevel: 'L' | 'M' | 'Q' | 'H' },
    ): { version: number; modules: { size: number; data: Uint8Array } };
  };
  export default core;
}
