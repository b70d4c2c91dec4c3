import type { InstalledProfile } from './package-config.ts';
import type { PackagePlatform } from './package-names.ts';

const platformWords: Record<PackagePlatform, string> = {
  windows: 'Windows (x64)',
  'macos-arm64': 'macOS (Apple silicon)',
  'macos-intel': 'macOS (Intel)',
  'linux-x64': 'Linux (x86-64)',
  'linux-arm64': 'Linux (arm64)',
  linux: 'Linux',
};

/** The README.md of a package, for the people who install it. */
export function packageReadme(facts: {
  profiles: readonly InstalledProfile[];
  platforms: readonly PackagePlatform[];
}): string {
  const profile = facts.profiles[0]?.name ?? 'ClaudeCode';
  const platforms = facts.platforms.map((platform) => `- ${platformWords[platform]}`).join('\n');
  return `# Sign-in for Claude Code with Amazon Bedrock

This package holds the sign-in programs for:

${platforms}

## Install

macOS and Linux, in the folder of this file:

    ./install.sh

Windows, in the folder of this file:

    install.bat

The installer

1. checks the files against \`checksums.txt\`,
2. copies the programs to \`claude-code-with-bedrock\` in your home folder,
3. sets up the AWS profile \`${profile}\`,
4. writes Claude Code's settings where you have none yet; where you have, it leaves yours and puts the new ones beside,
5. signs you in once as a test (set CCWB_SKIP_SIGN_IN=1 to leave that out).

It may be run again at any time, for instance with a newer package.

## Use

    export AWS_PROFILE=${profile}        (Windows: set AWS_PROFILE=${profile})
    aws sts get-caller-identity
    claude

A browser opens when you have to sign in.

## Remove

Delete the folder \`claude-code-with-bedrock\` in your home folder and the section \`[profile ${profile}]\` of
\`~/.aws/config\`.
`;
}
