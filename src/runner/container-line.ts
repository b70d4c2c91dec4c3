/**
 * CodeBuild's own lines: `[Container] 2024/04/21 21:06:52.675129 Entering phase BUILD`, in UTC.
 * `at` is epoch milliseconds; a whole number leaves the microseconds at 000.
 */
export function containerLine(at: number, text: string): string {
  const iso = new Date(at).toISOString();
  const day = iso.slice(0, 10).replaceAll('-', '/');
  const micros = String(Math.floor((at - Math.floor(at)) * 1000)).padStart(3, '0');
  return `[Container] ${day} ${iso.slice(11, 23)}${micros} ${text}`;
}
