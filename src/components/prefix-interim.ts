const prefix = /^\[Container\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d+)? /;
export function withoutPrefix(text: string) {
  const m = prefix.exec(text);
  return m ? { isCodeBuild: true, text: text.slice(m[0].length) } : { isCodeBuild: false, text };
}
