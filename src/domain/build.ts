/** Ends of a build or phase as CodeBuild's StatusType names them; UNKNOWN stands for a value newer than this program. */
export type BuildStatus =
  | 'IN_PROGRESS'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'FAULT'
  | 'TIMED_OUT'
  | 'STOPPED'
  | 'UNKNOWN';

/** Build phases in the order CodeBuild runs them. */
export const phaseOrder = [
  'SUBMITTED',
  'QUEUED',
  'PROVISIONING',
  'DOWNLOAD_SOURCE',
  'INSTALL',
  'PRE_BUILD',
  'BUILD',
  'POST_BUILD',
  'UPLOAD_ARTIFACTS',
  'FINALIZING',
  'COMPLETED',
] as const;

export type PhaseType = (typeof phaseOrder)[number];

export type PhaseContext = { code: string; message: string };

export type Phase = {
  /** A {@link PhaseType}, or what a newer CodeBuild says. */
  type: string;
  /** Absent while the phase runs, and always for COMPLETED. */
  status?: BuildStatus;
  /** Epoch milliseconds. */
  startedAt?: number;
  endedAt?: number;
  contexts: PhaseContext[];
};

/** Where the log of a build is; early answers of CodeBuild hold no usable name yet. */
export type LogLocation =
  | { kind: 'pending' }
  | { kind: 'cloudwatch'; group: string; stream: string }
  | { kind: 's3-only'; location: string }
  | { kind: 'disabled' };

/** What a build produces; `unknown` where neither project name nor environment tells. */
export type Target = 'windows' | 'linux-x64' | 'linux-arm64' | 'macos-arm64' | 'macos-intel' | 'unknown';

export type BuildArtifact = {
  /** `arn:aws:s3:::bucket/key`, as CodeBuild gives it. */
  location?: string;
  /** Hex; only present for ZIP packaging. */
  sha256?: string;
  md5?: string;
};

/** A build as the program knows it. Every string in it is sanitised; times are epoch milliseconds. */
export type Build = {
  /** `project:uuid`. */
  id: string;
  project: string;
  uuid: string;
  arn?: string;
  /** Counts from 1 per project. */
  number?: number;
  status: BuildStatus;
  currentPhase?: string;
  startedAt?: number;
  endedAt?: number;
  phases: Phase[];
  initiator?: string;
  target: Target;
  log: LogLocation;
  artifact?: BuildArtifact;
  source?: { type: string; location?: string; version?: string };
  environment?: { type: string; computeType: string; image?: string };
  timeoutMinutes?: number;
};

/** A CodeBuild project as far as the program needs it. */
export type Project = {
  name: string;
  target: Target;
  source?: { type: string; location?: string };
  environment?: { type: string; computeType: string; image?: string };
  timeoutMinutes?: number;
};
