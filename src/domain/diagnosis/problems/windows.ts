import type { KnownProblem } from '../known-problem.ts';

/** PowerShell and Chocolatey. */
export const windowsProblems: readonly KnownProblem[] = [
  {
    id: 'set-in-powershell',
    when: { says: /The term 'SET' is not recognized/i },
    cause: 'CodeBuild runs the commands with PowerShell, which has no SET of CMD.',
    fix: 'Write $env:NAME = "value", or put it under env: variables: of the buildspec.',
    from: 'ccwb manual, troubleshooting 4',
  },
  {
    id: 'and-in-powershell',
    when: { says: /The token '(?:&&|\|\|)' is not a valid statement separator/i },
    cause: 'The PowerShell of the image knows neither && nor ||.',
    fix: 'Make two commands of the line in the buildspec, or write ; between them.',
    from: 'PowerShell 5.1',
  },
  {
    id: 'choco-missing',
    when: { says: /The term 'choco(?:\.exe)?' is not recognized|'choco' is not recognized as an internal/i },
    cause: 'Chocolatey is not in the image of the project.',
    fix: 'Use the image aws/codebuild/windows-base:2022-1.0, or install Chocolatey first.',
    from: 'ccwb, codebuild-windows.yaml',
  },
  {
    id: 'choco-package-not-found',
    when: { says: /(?<package>\S{1,40}) not installed\. The package was not found with the source/i },
    cause: 'Chocolatey does not find the package {package} in that version.',
    fix: 'Correct name and --version of choco install in the buildspec; ccwb uses python312.',
    from: 'Chocolatey, troubleshooting',
  },
  {
    id: 'rate-limited',
    certainty: 'likely',
    when: { says: /\b429 \(?Too Many Requests|\(429\) Too Many Requests|toomanyrequests:/i },
    cause: 'Too many downloads came from this address: the server refuses more for a while.',
    fix: 'Retry in an hour; for good, keep the packages in a mirror of your own.',
    from: 'Chocolatey community repository, rate limiting; Docker Hub',
  },
  {
    id: 'choco-reboot',
    certainty: 'likely',
    // Harmless where what came after it still ran.
    when: {
      phase: ['INSTALL', 'PRE_BUILD'],
      status: ['FAILED'],
      says: /\(exit code 3010\)|exit code (?:of|was) '?3010\b|exited with '?3010\b|exit status 3010\b/i,
    },
    cause: 'Chocolatey installed, asks for a reboot (3010), and that counts as a failure.',
    fix: 'Add --ignore-package-exit-codes to choco install in the buildspec.',
    from: 'Chocolatey, exit codes',
  },
  {
    id: 'command-not-found',
    certainty: 'likely',
    when: {
      status: ['FAILED'],
      says: /The term '(?<command>[^']{1,60})' is not recognized as (?:the|a) name of a cmdlet/i,
    },
    cause: 'There is no command {command} in the build.',
    fix: 'Install it in the install phase, call it by its full path, or write it for PowerShell.',
    from: 'PowerShell',
  },
];
