#!/bin/sh
# Installs the sample sign-in programs for the current user. Running it again changes nothing more.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=$HOME/claude-code-with-bedrock
profile=ClaudeCode
aws_config=${AWS_CONFIG_FILE:-$HOME/.aws/config}

stop() {
  echo "install.sh: $1" >&2
  exit 1
}

# Which programs are for this machine.
case $(uname -s):$(uname -m) in
  Darwin:arm64) target=macos-arm64 ;;
  Darwin:*) target=macos-intel ;;
  Linux:aarch64 | Linux:arm64) target=linux-arm64 ;;
  Linux:*) target=linux-x64 ;;
  *) stop "there are no programs for $(uname -s)" ;;
esac
for program in credential-process otel-helper; do
  [ -f "$here/$program-$target" ] || stop "$program-$target is missing: this package was made for other machines"
done
command -v node >/dev/null 2>&1 || stop 'the sample programs need Node 18 or later on the PATH'

# What lies here must be what was built. Of the list only what is here counts: a package may hold fewer platforms.
if command -v sha256sum >/dev/null 2>&1; then digest='sha256sum'
elif command -v shasum >/dev/null 2>&1; then digest='shasum -a 256'
else digest=
fi
if [ -f "$here/checksums.txt" ] && [ -n "$digest" ]; then
  while read -r expected name; do
    [ -f "$here/$name" ] || continue
    actual=$($digest <"$here/$name")
    [ "${actual%% *}" = "$expected" ] || stop "$name is damaged: get the package again"
  done <"$here/checksums.txt"
  echo 'The checksums are right.'
fi

# Each file appears whole under its name: nobody runs half a program.
place() {
  cp "$here/$1" "$folder/$2.new"
  chmod "$3" "$folder/$2.new"
  mv -f "$folder/$2.new" "$folder/$2"
}
mkdir -p "$folder"
place "credential-process-$target" credential-process 755
place "otel-helper-$target" otel-helper 755
[ ! -f "$here/config.json" ] || place config.json config.json 600
echo "Installed in $folder"

region=us-east-1
if [ -f "$here/config.json" ]; then
  found=$(sed -n 's/.*"aws_region"[^"]*"\([a-z0-9-]*\)".*/\1/p' "$here/config.json" | sed -n 1p)
  region=${found:-$region}
fi

# Sets the two keys of our profile; every other line of the file stays as it is.
mkdir -p "$(dirname "$aws_config")"
[ -f "$aws_config" ] || (umask 077 && : >"$aws_config")
changed=$(mktemp)
trap 'rm -f "$changed"' EXIT
PROFILE=$profile REGION=$region COMMAND="\"$folder/credential-process\" --profile $profile" awk '
  function set_keys() {
    print "credential_process = " ENVIRON["COMMAND"]
    print "region = " ENVIRON["REGION"]
    written = 1
  }
  /^[ \t]*\[/ {
    line = $0
    gsub(/[][ \t\r]+/, " ", line)
    ours = (line == " profile " ENVIRON["PROFILE"] " ")
    print
    if (ours && !written) set_keys()
    next
  }
  ours && /^[ \t]*(credential_process|region)[ \t]*=/ { next }
  { print }
  END {
    if (!written) {
      if (NR > 0) print ""
      print "[profile " ENVIRON["PROFILE"] "]"
      set_keys()
    }
  }
' "$aws_config" >"$changed"
if cmp -s "$changed" "$aws_config"; then
  echo "The AWS profile $profile was set already."
else
  # Into the same file, which may be a link, and keeps its mode.
  cat "$changed" >"$aws_config"
  echo "Set the AWS profile $profile in $aws_config"
fi

if [ -n "${CCWB_SKIP_SIGN_IN:-}" ]; then
  echo 'The sign-in was not tested.'
elif "$folder/credential-process" --profile "$profile" | grep -q '"AccessKeyId"'; then
  echo 'Signing in works.'
else
  stop "signing in does not work: try $folder/credential-process --profile $profile"
fi
