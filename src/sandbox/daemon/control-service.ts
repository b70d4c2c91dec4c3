import * as v from 'valibot';
import { toAppError } from '../../domain/errors.ts';
import type { SandboxInfo } from '../../domain/ports/sandbox.ts';
import { AwsFailure, type SandboxService } from '../http.ts';
import { maxMessageBytes, readAll } from '../read-all.ts';
import { refusal } from '../refusals.ts';
import { connectionProof } from './proof.ts';
import type { SandboxSecret } from './secret.ts';

export const statusSchema = v.object({
  version: v.string(),
  pid: v.number(),
  port: v.number(),
  region: v.string(),
  home: v.string(),
  dataDir: v.string(),
  /** Null for the sample project. */
  source: v.nullable(v.string()),
  /** Builds that run now. */
  running: v.number(),
  /** What the user should know about its start: that the kept port was taken. */
  notice: v.optional(v.string()),
});

/** What a sandbox says of itself. */
export type SandboxStatus = v.InferOutput<typeof statusSchema>;

/** How to reach a sandbox that said this of itself. */
export function infoOf(status: SandboxStatus, secret: SandboxSecret): SandboxInfo {
  return {
    endpoint: `http://127.0.0.1:${status.port}`,
    port: status.port,
    pid: status.pid,
    region: status.region,
    credentials: { accessKeyId: secret.accessKeyId, secretAccessKey: secret.secretAccessKey },
    proof: connectionProof(secret.secretAccessKey, status.port),
    home: status.home,
    dataDir: status.dataDir,
    ...(status.source === null ? {} : { source: status.source }),
  };
}

export const sourceSchema = v.object({ source: v.nullable(v.string()) });

/**
 * The sandbox's own service: `GET /.ccwb/status`, `POST /.ccwb/source` with {@link sourceSchema}, `POST /.ccwb/stop`.
 * Signed like all the others.
 */
export function createControlService(server: {
  status(): SandboxStatus;
  setSource(source: string | null): Promise<void>;
  stop(): void;
}): SandboxService {
  return async (request) => {
    const asked = `${request.method} ${request.path}`;
    switch (asked) {
      case 'GET /.ccwb/status':
        return json(server.status());
      case 'POST /.ccwb/source': {
        const body = await readAll(request.body, maxMessageBytes, () => refusal('json', 'too-large'));
        const parsed = v.safeParse(sourceSchema, parseJson(body));
        if (!parsed.success) throw refusal('json', 'bad-request');
        try {
          await server.setSource(parsed.output.source);
        } catch (error) {
          const { kind, message } = toAppError(error);
          throw new AwsFailure(
            kind === 'not-found' ? 'NotFoundException' : 'ValidationException',
            message,
            400,
          );
        }
        return json(server.status());
      }
      case 'POST /.ccwb/stop':
        server.stop();
        return json({ stopping: true });
      default:
        throw refusal('json', 'unknown-operation', `The sandbox does not offer ${asked}.`);
    }
  };
}

function json(content: object) {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
