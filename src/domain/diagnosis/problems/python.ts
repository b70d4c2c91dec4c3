import type { KnownProblem } from '../known-problem.ts';

/** Python, pip and the way to PyPI. */
export const pythonProblems: readonly KnownProblem[] = [
  {
    id: 'python-not-found',
    when: {
      says: /The term '(?:[^']{0,80}\\)?(?:python|pip)[\d.]{0,6}(?:\.exe)?' is not recognized|'(?:python|pip)[\d.]{0,6}' is not recognized as an internal|Python was not found; run without arguments|\b(?:python|pip)[\d.]{0,6}: (?:command )?not found/i,
    },
    cause: 'Python is not on the PATH of the command.',
    fix: 'Call C:\\Python312\\python.exe in full; check that choco install python312 succeeded.',
    from: 'ccwb manual, compilation settings',
  },
  {
    id: 'pip-version-not-found',
    when: {
      says: /Could not find a version that satisfies the requirement (?<package>\S{1,40}) \(from versions: (?!none\))/i,
    },
    cause: 'No version of {package} suits this Python.',
    fix: 'Correct the version pinned in the pip line of the buildspec, or the version of Python.',
    from: 'pip',
  },
  {
    id: 'pip-conflict',
    when: { says: /these package versions have conflicting dependencies|\bResolutionImpossible\b/i },
    cause: 'Two packages of the pip line ask for versions that exclude each other.',
    fix: 'Loosen one of the pins that pip names in the lines above.',
    from: 'pip, dependency resolution',
  },
  {
    id: 'pip-no-wheel',
    certainty: 'likely',
    when: { status: ['FAILED'], says: /Failed building wheel for (?<package>\S{1,40})/i },
    cause: '{package} has no ready wheel for this Python, and compiling it failed.',
    fix: 'Pin a version of it with a wheel for Python 3.12, installed with --only-binary :all:.',
    from: 'pip',
  },
  {
    id: 'module-missing',
    certainty: 'likely',
    when: { status: ['FAILED'], says: /\bNo module named '?(?<module>[\w.]{1,60})/i },
    cause: 'Python does not find the module {module}.',
    fix: 'Add its package to the pip line of the buildspec, and run pip as python -m pip.',
    from: 'Python',
  },
  {
    id: 'certificate-refused',
    when: {
      says: /CERTIFICATE_VERIFY_FAILED|SSL certificate problem|Could not establish trust relationship for the SSL/i,
    },
    cause: 'A certificate was refused: something between the build and the internet replaces it.',
    fix: 'Have the image trust the CA of your proxy, and set PIP_CERT to its file.',
    from: 'pip, HTTPS certificates',
  },
  {
    id: 'no-network',
    certainty: 'likely',
    when: {
      says: /Failed to establish a new connection|Temporary failure in name resolution|Name or service not known|getaddrinfo failed|Could not resolve host|The remote name could not be resolved|Unable to connect to the remote server|Unable to connect to source|Max retries exceeded with url|No such host is known|Connection timed out after/i,
    },
    cause: 'The build does not reach the internet (PyPI, Chocolatey).',
    fix: 'Give the subnets of the project a NAT gateway, or take it out of its VPC; else retry.',
    from: 'CodeBuild user guide, VPC support',
  },
  {
    id: 'pip-package-not-found',
    certainty: 'likely',
    when: {
      says: /Could not find a version that satisfies the requirement (?<package>\S{1,40}) \(from versions: none\)/i,
    },
    cause: 'pip found no {package} at all: its name is wrong, or PyPI was not reached.',
    fix: 'Check the name in the pip line of the buildspec, and PIP_INDEX_URL where it is set.',
    from: 'pip',
  },
];
