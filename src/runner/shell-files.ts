import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * How state lives from command to command. Every command is a file of its own, run by a shell of its own, so that
 * `exit 3` or `set -e` ends that command and nothing else. A trap on EXIT writes the shell's variables (exported or
 * not), its folder and, in bash, its functions to a file that the next shell reads first. Shell options, aliases and
 * sh functions are not carried over.
 */
export type ShellFiles = {
  /** The command's own text: what error messages name. */
  script: string;
  /** What the shell is started with: restores, runs the script, saves. */
  run: string;
  save: string;
  state: string;
};

export function shellFiles(shellDir: string): ShellFiles {
  return {
    script: join(shellDir, 'script.sh'),
    run: join(shellDir, 'run.sh'),
    save: join(shellDir, 'save.sh'),
    state: join(shellDir, 'state.sh'),
  };
}

/** Any text as one word of a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * bash prints its variables with attributes, and its functions; `set` of other shells prints all variables, and
 * `export -p` which of them are exported. PPID is read-only in some, and reading it back would end the shell.
 * zsh as sh has too many read-only variables of its own: exported ones only.
 */
function saveScript(files: ShellFiles): string {
  return `if [ -n "\${BASH_VERSION-}" ]; then
  { declare -p; declare -f; declare -Fx; } >|${quote(files.state)}
elif [ -n "\${ZSH_VERSION-}" ]; then
  export -p >|${quote(files.state)}
else
  (unset PPID) 2>/dev/null && unset PPID
  { set; export -p; } >|${quote(files.state)}
fi
`;
}

/**
 * \`set -eux\` of the command must not touch the saving. OLDPWD is put back after the \`cd\` so that \`cd -\` works.
 * bash in its POSIX mode ends at the first assignment to one of its read-only variables, so the mode is off meanwhile.
 */
function runScript(files: ShellFiles, succeeding: boolean): string {
  return `if [ -n "\${BASH_VERSION-}" ]; then
  case ":$SHELLOPTS:" in *:posix:*) set +o posix; . ${quote(files.state)} 2>/dev/null; set -o posix ;;
  *) . ${quote(files.state)} 2>/dev/null ;; esac
else
  . ${quote(files.state)} 2>/dev/null
fi
set -- "\${OLDPWD-}"
cd "$PWD"
OLDPWD=$1
shift
export CODEBUILD_BUILD_SUCCEEDING=${succeeding ? 1 : 0}
trap '{ CODEBUILD_LAST_EXIT=$?; set +eux; } 2>/dev/null; . ${quote(files.save).replaceAll("'", `'\\''`)}; exit "$CODEBUILD_LAST_EXIT"' EXIT
. ${quote(files.script)}
{ CODEBUILD_LAST_EXIT=$?; set +eux; } 2>/dev/null
. ${quote(files.save)}
exit "$CODEBUILD_LAST_EXIT"
`;
}

/** Writes the state that the first command begins with. */
export async function writeInitialState(
  files: ShellFiles,
  environment: ReadonlyMap<string, string>,
): Promise<void> {
  const lines = [...environment].map(([name, value]) => `export ${name}=${quote(value)}\n`);
  await writeFile(files.state, lines.join(''), { mode: 0o600 });
  await writeFile(files.save, saveScript(files), { mode: 0o600 });
}

/** Writes the files of one command. `succeeding` is CODEBUILD_BUILD_SUCCEEDING. */
export async function writeCommand(files: ShellFiles, command: string, succeeding: boolean): Promise<void> {
  await writeFile(files.script, `${command}\n`, { mode: 0o600 });
  await writeFile(files.run, runScript(files, succeeding), { mode: 0o600 });
}
