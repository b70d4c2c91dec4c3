#!/bin/sh
# Installs the sample sign-in programs for the current user. Running it again changes nothing more.
set -eu

# With it, cd could go to another folder of the same name.
unset CDPATH
here=$(cd -- "$(dirname -- "$0")" && pwd)
bin_dir=$HOME/claude-code-with-bedrock
profile=ClaudeCode
aws_config=${AWS_CONFIG_FILE:-$HOME/.aws/config}
aws_credentials=${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}
overruled=''

say() { printf '%s\n' "$*"; }

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
  # What nobody can say to be right is not installed either.
  for path in "$here"/credential-process-* "$here"/otel-helper-* "$here/config.json"; do
    name=${path##*/}
    [ ! -f "$path" ] || grep -qxE "[0-9a-f]{64} [ *]$name" "$here/checksums.txt" ||
      stop "$name is not in checksums.txt: get the package again"
  done
  echo 'The checksums are right.'
fi

# Each file appears whole under its name: nobody runs half a program.
place() {
  cp "$here/$1" "$bin_dir/$2.new"
  chmod "$3" "$bin_dir/$2.new"
  mv -f "$bin_dir/$2.new" "$bin_dir/$2"
}
mkdir -p "$bin_dir"
place "credential-process-$target" credential-process 755
place "otel-helper-$target" otel-helper 755
[ ! -f "$here/config.json" ] || place config.json config.json 600
echo "Installed in $bin_dir"

region=us-east-1
if [ -f "$here/config.json" ]; then
  found=$(sed -n 's/.*"aws_region"[^"]*"\([a-z0-9-]*\)".*/\1/p' "$here/config.json" | sed -n 1p)
  region=${found:-$region}
fi

# Reads a file of AWS: $1 says what for, $2 is the profile, $3 the file.
aws_file() {
  task=$1 profile_name=$2 LC_ALL=C awk '
    function trim(text) {
      sub(/^[ \t\r\f\v]+/, "", text)
      sub(/[ \t\r\f\v]+$/, "", text)
      return text
    }
    function lead(text) { match(text, /^[ \t\r\f\v]*/); return substr(text, 1, RLENGTH) }
    # Whether this is the word for our profile.
    function is_name(word) { return word == name || word == "\"" name "\"" || word == "\047" name "\047" }
    # Whether a header is that of our profile, however it is written.
    function is_ours(text) {
      text = substr(text, 2)
      sub(/\].*/, "", text)
      if (task == "credentials") return text == name
      text = trim(text)
      if (name == "default" && text == name) return 1
      return sub(/^profile[ \t]+/, "", text) && is_name(text)
    }
    # Whether every AWS program reads it so.
    function is_plain(text) {
      if (!sub(/^\[/, "", text) || text !~ /^[^]]*\]([ \t]+[#;][^]]*)?$/) return 0
      sub(/\].*/, "", text)
      if (name == "default" && text == name) return 1
      return sub(/^profile[ \t]/, "", text) && is_name(text)
    }
    function repeated(what, at) { if (what in said) twice = twice ? twice : at; said[what] = at }
    function read_line(at,   text, width) {
      text = trim(line[at])
      if (text == "" || text ~ /^[#;]/) return
      width = length(lead(line[at]))
      if (key_at && width > depth) { part_of[at] = key_at; return }
      depth = width
      counts[at] = 1
      if (match(text, /^\[.+\]/)) {
        key_at = 0
        section = substr(text, 1, RLENGTH)
        repeated(section, at)
        inside = is_ours(text)
        if (!inside) return
        ours[at] = 1
        found = at
        # Nothing but blanks between the name and the last bracket: botocore reads it.
        if (section ~ /^\[[^ \t][^]]*\]$/) chosen = at
        if (is_plain(text)) plain = 1
        return
      }
      key_at = at
      sub(/[ \t]*[=:].*/, "", text)
      text = tolower(text)
      repeated(section SUBSEP text, at)
      if (inside) key[at] = text
    }
    function put(text) { printf "%s%s", gap, text; gap = "\n" }
    function put_ours(pad) {
      put(pad "credential_process = " ENVIRON["profile_process"] cr)
      if (region != "") put(pad "region = " region cr)
    }
    function is_replaced(at) {
      return key[at] == "credential_process" || (region != "" && key[at] == "region")
    }
    # As deep as what follows, which would else belong to our value.
    function pad_after(at,   next_at) {
      for (next_at = at + 1; next_at <= NR; next_at++)
        if (counts[next_at] && !is_replaced(next_at)) return lead(line[next_at])
      return ""
    }
    function put_header(at,   rest) {
      if (plain || at != chosen) { put(line[at]); return }
      # What stands behind it may hold a bracket: that becomes a line of its own.
      rest = line[at]
      sub(/^[^]]*\]/, "", rest)
      rest = trim(rest)
      if (rest != "") put((rest ~ /^[#;]/ ? "" : "# ") rest cr)
      put(lead(line[at]) title cr)
    }
    function write(   at, ended) {
      ended = ENVIRON["is_ended"] || !found || found == NR
      if (!ENVIRON["is_ended"] && ended && NR) line[NR] = line[NR] cr
      for (at = 1; at <= NR; at++) {
        if (is_replaced(at) || is_replaced(part_of[at])) continue
        if (!ours[at]) { put(line[at]); continue }
        put_header(at)
        put_ours(pad_after(at))
      }
      if (!found) {
        if (NR > 0) put(cr)
        put(title cr)
        put_ours("")
      }
      if (ended) printf "\n"
    }
    BEGIN {
      task = ENVIRON["task"]
      name = ENVIRON["profile_name"]
      region = ENVIRON["profile_region"]
      title = name == "default" ? "[default]" : "[profile " name "]"
      count = split("role_arn source_profile credential_source web_identity_token_file sso_session sso_start_url sso_account_id sso_role_name login_session aws_access_key_id " (task == "credentials" ? "credential_process" : ""), stronger, " ")
    }
    { line[NR] = $0 }
    END {
      cr = line[1] ~ /\r$/ ? "\r" : ""
      for (i = 1; i <= NR; i++) read_line(i)
      if (!chosen) chosen = found
      if (task == "write") { write(); exit }
      if (task == "repeats") { if (twice) print twice ": " trim(line[twice]); exit }
      for (i = 1; i <= NR; i++) if (i in key) has[key[i]] = 1
      for (i = 1; i <= count; i++) if (stronger[i] in has) { printf "%s%s", comma, stronger[i]; comma = ", " }
    }
  ' "$3"
}

# The AWS profile: its two lines are replaced, whatever else stands in the file stays.
set_up_profile() {
  case "$bin_dir" in
    *' '*) process="\"$bin_dir/credential-process\" --profile $1" ;;
    *) process="$bin_dir/credential-process --profile $1" ;;
  esac
  mkdir -p "$(dirname "$aws_config")"
  [ -f "$aws_config" ] || (umask 077 && : >"$aws_config")
  is_ended=''
  [ -n "$(tail -c 1 "$aws_config")" ] || is_ended=1
  (
    umask 077
    export is_ended profile_process="$process" profile_region="$2"
    aws_file write "$1" "$aws_config" >"$aws_config.new"
  )
  # Written into the old file, so that its mode and a link to it stay.
  cmp -s "$aws_config.new" "$aws_config" || cat "$aws_config.new" >"$aws_config"
  rm -f "$aws_config.new"
  say "Set up the AWS profile $1"
  name_stronger "$1"
}

# What stands in the way of the sign-in is the user's: it is named, and stays.
name_stronger() {
  in_config=$(aws_file config "$1" "$aws_config")
  in_credentials=''
  for file in "$aws_config" "$aws_credentials"; do
    [ -f "$file" ] || continue
    [ "$file" != "$aws_credentials" ] || in_credentials=$(aws_file credentials "$1" "$file")
    repeats=$(aws_file repeats "$1" "$file")
    [ -n "$repeats" ] || continue
    overruled=yes
    say "ATTENTION: AWS programs refuse the whole of $file: it says twice what is in line $repeats"
  done
  [ -n "$in_config$in_credentials" ] || return 0
  overruled=yes
  say "ATTENTION: AWS programs, or some, use these settings of the profile $1 before the sign-in installed here:"
  [ -z "$in_config" ] || say "  in $aws_config: $in_config"
  [ -z "$in_credentials" ] || say "  in $aws_credentials: $in_credentials"
  say "They are yours and were kept. To use this sign-in, take these lines out of the section of $1."
}

set_up_profile "$profile" "$region"

if [ -n "${CCWB_SKIP_SIGN_IN:-}" ]; then
  echo 'The sign-in was not tested.'
elif "$bin_dir/credential-process" --profile "$profile" | grep -q '"AccessKeyId"'; then
  if [ -n "$overruled" ]; then
    echo 'The sign-in itself works, but AWS programs may not use it: see ATTENTION above.'
  else
    echo 'Signing in works.'
  fi
else
  stop "signing in does not work: try $bin_dir/credential-process --profile $profile"
fi
