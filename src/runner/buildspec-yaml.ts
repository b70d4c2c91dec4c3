import { type Document, Lexer, LineCounter, parseDocument } from 'yaml';

/** A reason to refuse a buildspec, in the shape of a phase context. */
export class BuildspecError extends Error {
  readonly code: 'YAML_FILE_ERROR' | 'CLIENT_ERROR';

  constructor(message: string, code: 'YAML_FILE_ERROR' | 'CLIENT_ERROR' = 'YAML_FILE_ERROR') {
    super(message);
    this.name = 'BuildspecError';
    this.code = code;
  }
}

/** The file as plain data (every scalar a string, a missing value the empty string) and the lines it came from. */
export type YamlFile = {
  root: { [key: string]: YamlValue };
  /** Line (from 1) of the node at a path; undefined where there is none. */
  lineOf(path: readonly (string | number)[]): number | undefined;
};

export type YamlValue = string | YamlValue[] | { [key: string]: YamlValue };

/** Bytes. A buildspec sent with StartBuild may hold 64 KB; files get some air. */
export const maxBuildspecBytes = 256 * 1024;
/** Collections within collections; also marks (`-`, `?`, anchors, tags) in front of one value. */
const maxNesting = 100;
/** Aliases that one document may expand to; more is taken for a bomb. */
const maxAliasCount = 100;

/** What libyaml, whose words CodeBuild prints, calls the parser's findings. */
const libyamlText: Record<string, string> = {
  TAB_AS_INDENT: 'found character that cannot start any token',
  BAD_SCALAR_START: 'found character that cannot start any token',
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  BAD_DQ_ESCAPE: 'found unknown escape character',
  MULTIPLE_DOCS: 'wrong number of container tags, expected 1',
};

function textOf(code: string, message: string): string {
  const known = libyamlText[code];
  if (known !== undefined) return known;
  if (/flow seq/i.test(message)) return "did not find expected ',' or ']'";
  if (/flow map/i.test(message)) return "did not find expected ',' or '}'";
  if (/closing ['"]quote/.test(message)) return 'found unexpected end of stream';
  if (/same column|seq items/i.test(message)) return 'did not find expected key';
  return `${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

function expand(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount });
  } catch (error) {
    // Unknown anchors, too many aliases, or a nesting deeper than the stack.
    const reason = error instanceof RangeError ? 'nested too deeply' : (error as Error).message;
    throw new BuildspecError(reason.charAt(0).toLowerCase() + reason.slice(1));
  }
}

function parse(text: string, lines: LineCounter): Document {
  try {
    // The failsafe schema knows strings only: 1.10, 010 and yes stay as they were written.
    return parseDocument(text, {
      schema: 'failsafe',
      merge: true,
      stringKeys: true,
      prettyErrors: false,
      lineCounter: lines,
    });
  } catch (error) {
    throw new BuildspecError(error instanceof RangeError ? 'nested too deeply' : (error as Error).message);
  }
}

export function tooLargeError(): BuildspecError {
  return new BuildspecError(`the file is larger than ${maxBuildspecBytes / 1024} KB`);
}

/**
 * Refuses what the parser would need minutes for: its time grows with the square of the nesting. The lexer tells
 * brackets from text that holds some, and is left as soon as there are too many.
 */
function checkNesting(text: string): void {
  /** What the lexer puts before a scalar. */
  const scalarFollows = '\x1f';
  let flows = 0;
  let marks = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (isScalar) isScalar = false;
    else if (token === '[' || token === '{') flows += 1;
    else if (token === ']' || token === '}') flows -= 1;
    else if (token === '-' || token === '?' || /^[&!]/.test(token)) marks += 1;
    else if (token === scalarFollows || /^["'*]/.test(token)) {
      isScalar = token === scalarFollows;
      marks = 0;
    }
    if (flows > maxNesting || marks > maxNesting) throw new BuildspecError('nested too deeply');
  }
}

/**
 * Parses a buildspec's YAML.
 * @throws BuildspecError with CodeBuild's own words where they are known.
 */
export function parseYaml(text: string): YamlFile {
  if (Buffer.byteLength(text) > maxBuildspecBytes) throw tooLargeError();
  checkNesting(text);
  const lines = new LineCounter();
  const document = parse(text, lines);
  const error = document.errors[0];
  if (error !== undefined) {
    const where = lines.linePos(error.pos[0]).line;
    throw new BuildspecError(`${textOf(error.code, error.message)} at line ${where}`);
  }
  const root = expand(document);
  if (typeof root !== 'object' || root === null || Array.isArray(root)) {
    throw new BuildspecError('wrong number of container tags, expected 1');
  }
  return {
    root: root as YamlFile['root'],
    lineOf(path) {
      const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
      return node?.range === undefined ? undefined : lines.linePos(node.range[0]).line;
    },
  };
}
