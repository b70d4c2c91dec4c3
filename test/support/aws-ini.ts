/** Keys and their values, by the section's header as it stands between its brackets. */
export type Sections = Record<string, Record<string, string>>;

/**
 * Reads a file of AWS as botocore does, that is as Python's `RawConfigParser` with its defaults: a header reaches to the
 * last `]` of its line, keys end at `=` or `:` and have no case, what is indented deeper than a key belongs to its value.
 * @throws Error where botocore throws: a section or key that stands twice, a key before any section, a line that is none.
 */
export function readAwsIni(text: string): Sections {
  const sections: Sections = {};
  let section: Record<string, string> | undefined;
  let key: string | undefined;
  let depth = 0;
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const value = line.trim();
    if (value === '' || /^[#;]/.test(value)) continue;
    const indent = line.length - line.trimStart().length;
    if (section && key !== undefined && indent > depth) {
      section[key] += `\n${value}`;
      continue;
    }
    depth = indent;
    const header = /^\[(.+)\]/.exec(value)?.[1];
    if (header !== undefined) {
      if (header in sections) throw new Error(`line ${index + 1}: section '${header}' already exists`);
      section = {};
      sections[header] = section;
      key = undefined;
      continue;
    }
    if (!section) throw new Error(`line ${index + 1}: no section header`);
    const [, name = '', after = ''] = /^(.*?)\s*[=:](.*)$/.exec(value) ?? [];
    if (name === '') throw new Error(`line ${index + 1}: neither header nor key`);
    key = name.toLowerCase();
    if (key in section) throw new Error(`line ${index + 1}: option '${key}' already exists`);
    section[key] = after.trim();
  }
  return sections;
}

/** The profiles of a configuration, as botocore's `build_profile_map` names them: of two, the later one counts. */
export function awsProfiles(text: string): Sections {
  const profiles: Sections = {};
  for (const [header, values] of Object.entries(readAwsIni(text))) {
    const words = header.startsWith('profile') ? shellWords(header) : [];
    if (header === 'default') profiles.default = values;
    else if (words?.length === 2 && words[1] !== undefined) profiles[words[1]] = values;
  }
  return profiles;
}

/** As Python's `shlex.split`; undefined where a quote is left open. */
function shellWords(text: string): string[] | undefined {
  const words = [...text.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*'|["'\\])+/g)].map(
    ([word]) => word,
  );
  const plain = words.map((word) => word.replace(/\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/g, '$1$2$3'));
  return plain.some((word) => /["'\\]/.test(word)) ? undefined : plain;
}
