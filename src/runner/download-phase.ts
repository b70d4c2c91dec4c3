import { access, mkdir, realpath } from 'node:fs/promises';
import { type Buildspec, commandPhases, parseBuildspec } from './buildspec.ts';
import { BuildspecError } from './buildspec-yaml.ts';
import { composeEnvironment, scratchPlaces } from './environment.ts';
import { locateBuildspec, readBuildspec } from './locate-buildspec.ts';
import { defaultGrace } from './process-group.ts';
import type { Run } from './run.ts';
import { shellFiles, writeInitialState } from './shell-files.ts';
import { createShellSession, type ShellSession } from './shell-session.ts';

async function findShell(shell: Buildspec['shell']): Promise<string> {
  const places = shell === 'bash' ? ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'] : ['/bin/sh'];
  for (const path of places) {
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  throw new BuildspecError(`shell ${shell} is not installed on this machine`, 'CLIENT_ERROR');
}

/** The rest of DOWNLOAD_SOURCE: reads the buildspec and says what will run. */
export async function readSpec({ request, report }: Run): Promise<{ spec: Buildspec; shellPath: string }> {
  const { sourceDir, scratchDir } = request;
  await report.container('Running on this machine');
  await report.container('Phase is DOWNLOAD_SOURCE');
  await report.container(`CODEBUILD_SRC_DIR=${sourceDir}`);
  const path = await locateBuildspec(request.buildspec, sourceDir, scratchDir);
  const text = await readBuildspec(path);
  await report.container(`YAML location is ${path}`);
  const spec = parseBuildspec(text);
  const shellPath = await findShell(spec.shell);
  await report.container('Processing environment variables');
  for (const note of spec.notes) await report.container(note);
  await report.container(`Moving to directory ${sourceDir}`);
  const found = commandPhases.filter((phase) => spec.phases[phase] !== undefined);
  await report.container(`Phases found in YAML: ${found.length}`);
  for (const phase of found) {
    await report.container(` ${phase}: ${spec.phases[phase]?.commands.length ?? 0} commands`);
  }
  return { spec, shellPath };
}

/** The shell that the commands are going to share, in the build's own environment. */
export async function openSession(run: Run, spec: Buildspec, shellPath: string): Promise<ShellSession> {
  const { options, request, report } = run;
  const { homeDir, tempDir, shellDir } = scratchPlaces(request.scratchDir);
  for (const dir of [homeDir, tempDir, shellDir]) await mkdir(dir, { recursive: true, mode: 0o700 });
  const environment = composeEnvironment(
    { buildspec: spec.variables, request: request.variables, reserved: request.reserved },
    {
      platform: options.platform,
      nodePath: options.nodePath,
      sourceDir: request.sourceDir,
      homeDir,
      tempDir,
    },
  );
  const files = shellFiles(shellDir);
  await writeInitialState(files, environment);
  return createShellSession(
    {
      files,
      shellPath,
      cwd: request.sourceDir,
      traces: {
        marks: [`HOME=${homeDir}`, `TMPDIR=${tempDir}`],
        folders: [await realpath(request.sourceDir), await realpath(request.scratchDir)],
      },
      token: options.newToken(),
      clock: options.clock,
      platform: options.platform,
      grace: options.grace ?? defaultGrace,
      onLines: report.lines,
    },
    run.signal,
  );
}
