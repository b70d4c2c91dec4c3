import type { Build, BuildStatus, PhaseContext } from '../../../src/domain/build.ts';
import { sampleBuild } from '../../support/sample-builds.ts';

/** How a problem shows in a real build: in a context of the failed phase, or in a line of the log. */
export type Example = {
  status?: BuildStatus;
  phase?: string;
  timeoutMinutes?: number;
  context?: PhaseContext;
  log?: string;
  /** The cause as shown, where the log fills in a name. */
  cause?: string;
  /** What looks alike and is something else. */
  not: {
    status?: BuildStatus;
    phase?: string;
    timeoutMinutes?: number;
    context?: PhaseContext;
    log?: string;
  };
};

export const command: PhaseContext = {
  code: 'COMMAND_EXECUTION_ERROR',
  message: 'Error while executing command: python -m nuitka --onefile source/x.py. Reason: exit status 1',
};

/** A build that ended as an example says; BUILD fails with a command where it says nothing. */
export function exampleBuild(example: Omit<Example, 'not'>): Build {
  const { status = 'FAILED', phase = 'BUILD', context, timeoutMinutes = 60, log } = example;
  const contexts = context ? [context] : log === undefined ? [] : [command];
  const failed = { type: phase, status, startedAt: 0, endedAt: 1, contexts };
  const phases = status === 'SUCCEEDED' ? [] : [failed];
  return sampleBuild({ uuid: 'e0000000-1', status, timeoutMinutes, phases });
}

const client = (message: string): PhaseContext => ({ code: 'CLIENT_ERROR', message });
const yaml = (message: string): PhaseContext => ({ code: 'YAML_FILE_ERROR', message });
const role = 'arn:aws:sts::123456789012:assumed-role/P-codebuild-role/AWSCodeBuild-1f';

export const examples: Readonly<Record<string, Example>> = {
  'nuitka-python-version': {
    log: "FATAL: The Python version '3.12' is not supported by Nuitka '2.0', but an upcoming release will add it.",
    cause: 'Nuitka 2.0 does not support Python 3.12.',
    not: {
      log: "Nuitka:WARNING: The Python version '3.12' is only experimentally supported by Nuitka '2.1.5',",
    },
  },
  'nuitka-source-missing': {
    log: "FATAL: Error, file 'source/cognito_auth/__main__.py' is not found.",
    cause: 'Nuitka is to compile source/cognito_auth/__main__.py, which is not in the source.',
    not: { log: 'Nuitka-Plugins:anti-bloat: Not including file, since it is not found.' },
  },
  'nuitka-download-refused': {
    log: "Is it OK to download and put it in 'C:\\Users\\ContainerAdministrator\\AppData\\Local\\Nuitka\\Cache'.",
    not: { log: 'Nuitka-Scons: Downloading ccache and putting it in the cache.' },
  },
  'no-windows-compiler': {
    log: 'FATAL: Error, cannot locate suitable C compiler. You have the following options:',
    not: { log: 'Nuitka-Scons: Backend C compiler: cl (cl 14.3).' },
  },
  'no-linux-compiler': {
    log: "FATAL: Error, standalone mode requires 'patchelf' to be installed.",
    not: { log: 'Nuitka-Scons: Backend C compiler: gcc (gcc 11).' },
  },
  'compiler-out-of-memory': {
    log: 'module.botocore.c(8098) : fatal error C1002: compiler is out of heap space in pass 2',
    not: { log: 'module.botocore.c(8098) : fatal error C1083: Cannot open include file' },
  },
  'out-of-memory': {
    log: "Compress-Archive : Exception of type 'System.OutOfMemoryException' was thrown.",
    not: { log: 'Nuitka: Total memory usage before generating C source code: 412.3 MB' },
  },
  'disk-full': {
    log: "OSError: [Errno 28] No space left on device: '/codebuild/output/src1/src/x.dist'",
    not: { log: 'Filesystem      Size  Used Avail Use% Mounted on (No device left out)' },
  },
  'python-not-found': {
    log: "python : The term 'python' is not recognized as the name of a cmdlet, function, script file, or operable",
    not: {
      log: "pythia : The term 'pythia' is not recognized as the name of a cmdlet, function, script file",
    },
  },
  'pip-version-not-found': {
    log: 'ERROR: Could not find a version that satisfies the requirement nuitka==2.99 (from versions: 0.3.3, 2.7.12)',
    cause: 'No version of nuitka==2.99 suits this Python.',
    not: {
      log: 'ERROR: Could not find a version that satisfies the requirement nutka (from versions: none)',
    },
  },
  'pip-conflict': {
    log: 'ERROR: Cannot install a and b==1.0 because these package versions have conflicting dependencies.',
    not: {
      log: "ERROR: pip's dependency resolver does not currently take into account all the packages that are installed.",
    },
  },
  'pip-no-wheel': {
    log: '  ERROR: Failed building wheel for cryptography',
    cause: 'cryptography has no ready wheel for this Python, and compiling it failed.',
    not: { log: '  Building wheel for cryptography (pyproject.toml): finished with status done' },
  },
  'module-missing': {
    log: "ModuleNotFoundError: No module named 'nuitka'",
    cause: 'Python does not find the module nuitka.',
    not: { log: 'Nuitka: Not including module nuitka.distutils, as asked for.' },
  },
  'certificate-refused': {
    log: 'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:1000)',
    not: { log: 'Nuitka-Plugins: Including certificate file of certifi.' },
  },
  'no-network': {
    log: "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3>: Failed to establish a new connection: [Errno 11001] getaddrinfo failed')': /simple/nuitka/",
    not: { log: 'Collecting urllib3<3,>=1.21.1 (from requests)' },
  },
  'pip-package-not-found': {
    log: 'ERROR: Could not find a version that satisfies the requirement nutka (from versions: none)',
    cause: 'pip found no nutka at all: its name is wrong, or PyPI was not reached.',
    not: { log: 'Requirement already satisfied: nuitka in c:\\python312\\lib\\site-packages (2.7.12)' },
  },
  'set-in-powershell': {
    log: "SET : The term 'SET' is not recognized as the name of a cmdlet, function, script file, or operable program.",
    not: { log: 'Setting environment variables' },
  },
  'and-in-powershell': {
    log: "The token '&&' is not a valid statement separator in this version.",
    not: { log: "Unexpected token ')' in expression or statement." },
  },
  'choco-missing': {
    log: "choco : The term 'choco' is not recognized as the name of a cmdlet, function, script file, or operable",
    not: { log: 'Chocolatey v2.3.0' },
  },
  'choco-package-not-found': {
    log: 'python3122 not installed. The package was not found with the source(s) listed.',
    cause: 'Chocolatey does not find the package python3122 in that version.',
    not: { log: 'Chocolatey installed 1/1 packages.' },
  },
  'rate-limited': {
    log: "Response status code does not indicate success: 429 (Too Many Requests). 'https://community.chocolatey.org'",
    not: { log: 'Nuitka-Scons: Compiling 429 of 1024: module.requests.c' },
  },
  'choco-reboot': {
    phase: 'INSTALL',
    log: ' - python312 (exit code 3010)',
    not: { phase: 'BUILD', log: ' - python312 (exit code 3010)' },
  },
  'command-not-found': {
    log: "7z : The term '7z' is not recognized as the name of a cmdlet, function, script file, or operable program.",
    cause: 'There is no command 7z in the build.',
    not: { log: "The term 'cmdlet' means a command of PowerShell." },
  },
  'buildspec-missing': {
    phase: 'DOWNLOAD_SOURCE',
    context: yaml('stat /codebuild/output/src1/src/buildspec.yml: no such file or directory'),
    not: { phase: 'DOWNLOAD_SOURCE', context: client('stat /x: no such file or directory') },
  },
  'buildspec-invalid': {
    phase: 'DOWNLOAD_SOURCE',
    context: yaml('mapping values are not allowed in this context at line 12'),
    not: { phase: 'DOWNLOAD_SOURCE', context: client('mapping values are not allowed') },
  },
  'kms-denied': {
    phase: 'UPLOAD_ARTIFACTS',
    context: client(
      `Error in UPLOAD_ARTIFACTS phase: AccessDenied: User: ${role} is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:us-east-1:123456789012:key/1`,
    ),
    not: { phase: 'UPLOAD_ARTIFACTS', context: client('Error in UPLOAD_ARTIFACTS phase: RequestTimeout') },
  },
  'upload-denied': {
    phase: 'UPLOAD_ARTIFACTS',
    context: client('Error in UPLOAD_ARTIFACTS phase: AccessDenied: Access Denied status code: 403'),
    not: { phase: 'FINALIZING', context: client('AccessDenied: Access Denied status code: 403') },
  },
  'logs-denied': {
    phase: 'PROVISIONING',
    context: {
      code: 'ACCESS_DENIED',
      message: `Service role ${role} does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams for build`,
    },
    not: { phase: 'BUILD', context: client('Amazon CloudWatch Logs is unavailable') },
  },
  'role-not-assumable': {
    phase: 'QUEUED',
    context: client('CodeBuild is not authorized to perform: sts:AssumeRole on service role'),
    not: { phase: 'QUEUED', context: client('CodeBuild assumed the service role') },
  },
  'source-missing': {
    phase: 'DOWNLOAD_SOURCE',
    context: client('NoSuchKey: The specified key does not exist. status code: 404 for primary source'),
    not: { phase: 'BUILD', context: client('NoSuchKey: The specified key does not exist.') },
  },
  'source-denied': {
    phase: 'DOWNLOAD_SOURCE',
    context: client('AccessDenied: Access Denied status code: 403 for primary source and source version'),
    not: { phase: 'BUILD', context: client('AccessDenied: Access Denied status code: 403') },
  },
  'role-denied': {
    log: `An error occurred (AccessDenied) when calling GetParameter: User: ${role} is not authorized to perform: ssm:GetParameter on resource`,
    cause: 'The service role of the project may not do ssm:GetParameter.',
    not: { log: 'This program is not authorized to perform: magic' },
  },
  'image-not-pulled': {
    phase: 'PROVISIONING',
    context: {
      code: 'BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE',
      message:
        "Unable to pull customer's container image. CannotPullContainerError: Error response from daemon",
    },
    not: { phase: 'BUILD', context: client("the customer's container image is old") },
  },
  'too-many-builds': {
    phase: 'QUEUED',
    context: client('Cannot have more than 1 builds in queue for the account'),
    not: { phase: 'QUEUED', context: client('There are 3 builds in queue') },
  },
  'vpc-refused': {
    phase: 'QUEUED',
    context: { code: 'VPC_CLIENT_ERROR', message: 'Unexpected EC2 error: RequestLimitExceeded' },
    not: { phase: 'QUEUED', context: client('Unexpected EC2 error: RequestLimitExceeded') },
  },
  'queue-timeout': {
    status: 'TIMED_OUT',
    phase: 'QUEUED',
    context: { code: 'BUILD_TIMED_OUT', message: 'Build has timed out in the queue.' },
    not: {
      status: 'TIMED_OUT',
      phase: 'BUILD',
      context: { code: 'BUILD_TIMED_OUT', message: 'Build has timed out. ' },
    },
  },
  'timeout-too-short': {
    status: 'TIMED_OUT',
    timeoutMinutes: 20,
    context: { code: 'BUILD_TIMED_OUT', message: 'Build timed out after 20 minutes' },
    not: { status: 'TIMED_OUT', timeoutMinutes: 30 },
  },
  timeout: {
    status: 'TIMED_OUT',
    timeoutMinutes: 30,
    context: { code: 'BUILD_TIMED_OUT', message: 'Build has timed out. ' },
    not: { status: 'STOPPED', timeoutMinutes: 30 },
  },
  'provisioning-failed': {
    status: 'FAULT',
    phase: 'PROVISIONING',
    context: { code: 'INTERNAL_SERVICE_ERROR', message: 'CodeBuild is experiencing an issue' },
    not: { status: 'FAULT', phase: 'FINALIZING', context: client('CodeBuild is experiencing an issue') },
  },
  'no-artifacts': {
    phase: 'UPLOAD_ARTIFACTS',
    context: client('no matching artifact paths found'),
    not: { phase: 'BUILD', log: '[Container] 2026/11/20 10:35:02.1 no matching artifact paths found' },
  },
  'artifact-incomplete': {
    status: 'SUCCEEDED',
    log: '[Container] 2026/11/20 10:35:02.123456 Skipping invalid file path otel-helper-windows.exe',
    cause: 'The artifact lacks otel-helper-windows.exe, though the build succeeded.',
    not: { status: 'SUCCEEDED', log: '[Container] 2026/11/20 10:35:02.123456 Found 2 file(s)' },
  },
  'nuitka-failed-silently': {
    status: 'SUCCEEDED',
    log: 'FATAL: Failed unexpectedly in Scons C backend compilation.',
    not: { status: 'SUCCEEDED', log: 'No FATAL: error was seen' },
  },
};
