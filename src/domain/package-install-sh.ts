import { awsProfileSh } from './package-aws-profile-sh.ts';
import type { InstalledProfile } from './package-config.ts';

/**
 * The installer for macOS and Linux: POSIX sh with nothing but what every such system has. May be run again:
 * it replaces what it installed and touches nothing else. Profile names and regions are those that
 * `profilesOfConfig` let through, so they can stand in the script as they are.
 */
export function installSh(profiles: readonly InstalledProfile[]): string {
  const setUp = profiles.map(({ name, region }) => `set_up_profile '${name}' '${region ?? ''}'`).join('\n');
  const first = profiles[0]?.name ?? 'ClaudeCode';
  return `${head}
${setUp}

${settings}
${signIn.replaceAll('@PROFILE@', first)}`;
}

const head = `#!/bin/sh
# Installs the sign-in for Claude Code on macOS and Linux. May be run again at any time.
set -eu
# With it, cd could go to another folder of the same name.
unset CDPATH
cd -- "$(dirname -- "$0")"

bin_dir="$HOME/claude-code-with-bedrock"
aws_config="\${AWS_CONFIG_FILE:-$HOME/.aws/config}"
aws_credentials="\${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}"
overruled=''

say() { printf '%s\\n' "$*"; }
fail() { printf '%s\\n' "$*" >&2; exit 1; }

# Whether checksums.txt has a line for $1.
is_listed() {
  while read -r digest name || [ -n "$digest" ]; do
    case "$name" in "$1" | "*$1" | "./$1") return 0 ;; esac
  done <checksums.txt
  return 1
}

# What was unpacked is what was packed.
if command -v sha256sum >/dev/null 2>&1; then sum='sha256sum'
elif command -v shasum >/dev/null 2>&1; then sum='shasum -a 256'
else sum=''
fi
if [ ! -f checksums.txt ]; then say 'No checksums.txt: the files are not checked.'
elif [ -z "$sum" ]; then say 'Neither sha256sum nor shasum is here: the files are not checked.'
elif ! $sum -c checksums.txt >/dev/null 2>&1; then
  $sum -c checksums.txt 2>/dev/null | grep -v ': OK$' >&2 || true
  fail 'Files of this package are damaged or missing: nothing was installed. Download it again.'
else
  for file in credential-process-* otel-helper-* config.json claude-settings/settings.json .claude/settings.json; do
    [ ! -f "$file" ] || is_listed "$file" ||
      fail "$file is not in checksums.txt, so nobody can say whether it is right: nothing was installed. Download the package again."
  done
fi

# The programs for this machine.
case "$(uname -s)/$(uname -m)" in
  Darwin/arm64) platforms='macos-arm64 macos-intel' ;;
  Darwin/*) platforms='macos-intel' ;;
  Linux/x86_64 | Linux/amd64) platforms='linux-x64 linux' ;;
  Linux/aarch64 | Linux/arm64) platforms='linux-arm64 linux' ;;
  *) fail "This package has nothing for $(uname -s) on $(uname -m)." ;;
esac
platform=''
for candidate in $platforms; do
  if [ -f "credential-process-$candidate" ]; then platform=$candidate; break; fi
done
if [ -z "$platform" ]; then
  fail "This package has no program for this machine; it has: $(ls credential-process-* 2>/dev/null | tr '\\n' ' ')"
fi

# Copied aside and renamed: a program that is running just now is replaced without harm.
put() {
  cp "$1" "$2.new"
  chmod "$3" "$2.new"
  mv -f "$2.new" "$2"
}

mkdir -p "$bin_dir"
put "credential-process-$platform" "$bin_dir/credential-process" 755
if [ -f "otel-helper-$platform" ]; then put "otel-helper-$platform" "$bin_dir/otel-helper" 755; fi
if [ -f config.json ]; then put config.json "$bin_dir/config.json" 600; fi
if [ "$(uname -s)" = Darwin ] && command -v xattr >/dev/null 2>&1; then
  xattr -d com.apple.quarantine "$bin_dir/credential-process" 2>/dev/null || true
  xattr -d com.apple.quarantine "$bin_dir/otel-helper" 2>/dev/null || true
fi
say "Installed the programs for $platform in $bin_dir"

${awsProfileSh}`;

const settings = `# Claude Code's settings: yours are never replaced.
settings=''
for candidate in claude-settings/settings.json .claude/settings.json; do
  if [ -f "$candidate" ]; then settings=$candidate; break; fi
done
if [ -n "$settings" ]; then
  mkdir -p "$HOME/.claude"
  escaped=$(printf '%s' "$bin_dir" | sed 's/[\\\\&|]/\\\\&/g')
  # A helper that is not there would be called all the time. Only a line of its own is taken out.
  without=''
  [ -f "$bin_dir/otel-helper" ] || without='/"otelHeadersHelper": "__OTEL_HELPER_PATH__",$/d'
  sed -e "$without" -e "s|__OTEL_HELPER_PATH__|$escaped/otel-helper|g" \\
    -e "s|__CREDENTIAL_PROCESS_PATH__|$escaped/credential-process|g" \\
    "$settings" >"$HOME/.claude/settings.json.new"
  if [ ! -f "$HOME/.claude/settings.json" ]; then
    mv "$HOME/.claude/settings.json.new" "$HOME/.claude/settings.json"
    say "Wrote $HOME/.claude/settings.json"
  elif cmp -s "$HOME/.claude/settings.json.new" "$HOME/.claude/settings.json"; then
    rm -f "$HOME/.claude/settings.json.new"
  else
    say "Kept your $HOME/.claude/settings.json; take over what you need from settings.json.new beside it"
  fi
fi
`;

const signIn = `# Whether the aws program, where it is here, signs in otherwise when told to use the profile.
aws_signs_in_otherwise() {
  command -v aws >/dev/null 2>&1 || return 1
  list=$(AWS_EC2_METADATA_DISABLED=true aws configure list --profile '@PROFILE@' 2>&1) || true
  case "$list" in
    *access_key*custom-process*) return 1 ;;
    *access_key* | *'parse config file'*) return 0 ;;
    *) return 1 ;;
  esac
}

# Last, because everything is in place by now: does signing in work?
if [ -n "\${CCWB_SKIP_SIGN_IN:-}" ]; then
  say 'Installed. The sign-in was not tested.'
elif answer=$("$bin_dir/credential-process" --profile '@PROFILE@') &&
  case "$answer" in *'"AccessKeyId"'*) true ;; *) false ;; esac; then
  if [ -n "$overruled" ]; then
    say 'Installed. The sign-in itself works, but AWS programs may not use it: see ATTENTION above.'
  elif aws_signs_in_otherwise; then
    say 'Installed. The sign-in itself works, but the aws program does not use it. See what it uses with:'
    say '  aws configure list --profile @PROFILE@'
  else
    say 'Installed. Signing in works.'
  fi
else
  say 'Installed, but signing in did not work. Try again with:'
  say "  AWS_PROFILE=@PROFILE@ aws sts get-caller-identity"
fi
`;
