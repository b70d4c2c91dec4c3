import type { KnownProblem } from '../known-problem.ts';

/** Nuitka and the C compiler below it. */
export const compilingProblems: readonly KnownProblem[] = [
  {
    id: 'nuitka-python-version',
    when: {
      says: /Python version '(?<python>[^']{1,12})' is not supported by Nuitka '(?<nuitka>[^']{1,12})'/i,
    },
    cause: 'Nuitka {nuitka} does not support Python {python}.',
    fix: 'Install nuitka==2.7.12 (good for Python 3.12) in the pip line of the buildspec.',
    from: 'ccwb manual, troubleshooting 1',
  },
  {
    id: 'nuitka-source-missing',
    when: { says: /Error, file '(?<file>[^']{1,80})' is not found/i },
    cause: 'Nuitka is to compile {file}, which is not in the source.',
    fix: 'Bring buildspec and source together: ccwb deploy codebuild, then ccwb package.',
    from: 'Nuitka; ccwb moved cognito_auth to credential_provider',
  },
  {
    id: 'nuitka-download-refused',
    when: { says: /Is it OK to download and put it in/i },
    cause: 'Nuitka asked whether it may download a tool, and nobody answers in a build.',
    fix: 'Give Nuitka --assume-yes-for-downloads in the buildspec.',
    from: 'Nuitka; ccwb manual, compilation settings',
  },
  {
    id: 'no-windows-compiler',
    when: {
      says: /cannot locate suitable C compiler|\bcl(?:\.exe)?' is not recognized|\bcl\.exe: command not found|Microsoft Visual C\+\+ 14\.0 or greater is required|Unable to find vcvarsall\.bat/i,
    },
    cause: 'There is no C compiler: cl.exe of Visual Studio was not found.',
    fix: 'Use the image aws/codebuild/windows-base:2022-1.0, or give Nuitka --mingw64 and --assume-yes-for-downloads.',
    from: 'Nuitka, Windows requirements',
  },
  {
    id: 'no-linux-compiler',
    when: {
      says: /\b(?:gcc|cc|patchelf): (?:command )?not found|unable to execute '(?:gcc|cc)'|command '(?:\/usr\/bin\/)?gcc' failed: No such file|requires 'patchelf' to be installed/i,
    },
    cause: 'The image lacks gcc or patchelf, which compiling on Linux needs.',
    fix: 'Install them in the install phase: yum install -y gcc patchelf (or apt-get).',
    from: 'Nuitka, Linux requirements',
  },
  {
    id: 'compiler-out-of-memory',
    when: {
      says: /fatal error C1(?:002|060)\b|compiler is out of heap space|\bcc1(?:plus)?(?:\.exe)?: out of memory|virtual memory exhausted/i,
    },
    cause: 'The C compiler ran out of memory.',
    fix: 'Give Nuitka --low-memory, or the project the compute type BUILD_GENERAL1_LARGE.',
    from: 'Nuitka manual, memory issues',
  },
  {
    id: 'out-of-memory',
    when: {
      says: /^MemoryError\b|Cannot allocate memory|System\.OutOfMemoryException|Killed signal terminated program|out of memory, or the Docker image is not supported|Reason: exit status 137\b|^exit status 137\b/i,
    },
    cause: 'The build ran out of memory.',
    fix: 'Set the compute type of the project to BUILD_GENERAL1_LARGE, or give Nuitka --jobs=1.',
    from: 'CodeBuild user guide, troubleshooting',
  },
  {
    id: 'disk-full',
    when: { says: /No space left on device|There is not enough space on the disk|\[WinError 112\]/i },
    cause: 'The disk of the build is full.',
    fix: 'Give Nuitka --remove-output, clear pip with --no-cache-dir, or take a larger compute type.',
    from: 'CodeBuild user guide, compute types',
  },
];
