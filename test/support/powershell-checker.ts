/** The cmdlets that the installer may use, with their parameters; all are part of PowerShell 5.1. */
const cmdlets: Readonly<Record<string, readonly string[]>> = {
  'Get-FileHash': ['LiteralPath', 'Algorithm'],
  'Get-ChildItem': ['LiteralPath', 'Filter'],
  'Unblock-File': [],
  'Resolve-Path': ['LiteralPath'],
  'Test-Path': ['LiteralPath'],
  'Join-Path': [],
  'Split-Path': [],
  'New-Item': ['ItemType', 'Force', 'Path'],
  'Write-Host': [],
};

const operators = [
  'and',
  'not',
  'or',
  'eq',
  'ne',
  'ceq',
  'cne',
  'ge',
  'gt',
  'lt',
  'match',
  'cmatch',
  'replace',
];
operators.push('split', 'join', 'ccontains');
const words = ['if', 'else', 'elseif', 'foreach', 'in', 'exit', 'Directory', 'SHA256'];
const types = ['IO.File', 'Text.Encoding', 'regex', 'string', 'char', 'Environment'];
const members = [
  'Path',
  'Hash',
  'Replace',
  'EndsWith',
  'Trim',
  'GetString',
  'GetBytes',
  'Count',
  'ReadAllLines',
  'ReadAllText',
  'ReadAllBytes',
  'WriteAllText',
  'WriteAllBytes',
  'GetEncoding',
  'UTF8',
  'NewLine',
  'Split',
  'Length',
  'ToLowerInvariant',
];
const environment = [
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'USERPROFILE',
  'BIN_DIR',
  'PROFILE_NAME',
  'PROFILE_REGION',
  'SETTINGS',
];

const token =
  /'(?:[^']|'')*'|\$env:\w+|\$\w+|\[[A-Za-z.0-9]+\](?=::|\[|'|\$|\()|\[string\[\]\]|\[char\]|::\w+|\.\w+|-[A-Za-z]\w*|- ?\d+|@(?=\()|[A-Z][a-z]+-[A-Z]\w+|\w+|[()[\]{};,=+|>]|\s+/gy;

/** What is wrong with a PowerShell fragment inside the quotes of a batch file: every token must be one known here. */
export function powershellProblems(text: string): string[] {
  const problems: string[] = [];
  if (/[%"!`\r\n]/.test(text)) problems.push('PowerShell with a character that cmd reads first');
  if (!text.startsWith("$ErrorActionPreference = 'Stop'; "))
    problems.push('PowerShell that goes on after errors');
  const tokens = tokensOf(text, problems);
  problems.push(...bracketProblems(tokens), ...nameProblems(tokens));
  return problems;
}

function tokensOf(text: string, problems: string[]): string[] {
  const found = [...text.matchAll(token)].map(([piece]) => piece);
  const read = found.join('').length;
  if (read < text.length) problems.push(`PowerShell not understood from ${text.slice(read, read + 20)}`);
  return found.filter((piece) => piece.trim() !== '');
}

function bracketProblems(tokens: readonly string[]): string[] {
  const stack: string[] = [];
  for (const piece of tokens) {
    if ('([{'.includes(piece)) stack.push(piece);
    if (')]}'.includes(piece) && !['()', '[]', '{}'].includes(`${stack.pop()}${piece}`)) {
      return ['PowerShell with brackets that do not match'];
    }
  }
  return stack.length > 0 ? ['PowerShell with an open bracket'] : [];
}

function nameProblems(tokens: readonly string[]): string[] {
  const assigned = new Set(['$null', '$true', '$false', '$ErrorActionPreference']);
  let cmdlet = '';
  return tokens.flatMap((piece, index): string[] => {
    const next = tokens.slice(index + 1, index + 3).join('');
    if (/^\$env:/.test(piece)) return known(environment, piece.slice(5));
    if (piece.startsWith('$')) {
      // `$a, $b = …` assigns both.
      const isAssigned = next.startsWith('=') || /^(,|in)/.test(next) || tokens[index - 1] === '$sum';
      if (isAssigned) assigned.add(piece);
      return assigned.has(piece) ? [] : [`PowerShell reads ${piece}, which is not set before`];
    }
    if (/^\[[A-Za-z.0-9]+\]$/.test(piece)) return known(types, piece.slice(1, -1));
    if (piece.startsWith('::')) return known(members, piece.slice(2));
    if (/^\.\w/.test(piece)) return known(members, piece.slice(1));
    if (/^[A-Z][a-z]+-[A-Z]/.test(piece)) {
      cmdlet = piece;
      return known(Object.keys(cmdlets), piece);
    }
    if (/^-[A-Za-z]/.test(piece)) return known([...operators, ...(cmdlets[cmdlet] ?? [])], piece.slice(1));
    return /^[A-Za-z]/.test(piece) ? known(words, piece) : [];
  });
}

const known = (names: readonly string[], name: string): string[] =>
  names.includes(name) ? [] : [`PowerShell with ${name}, which is not known here`];
