import type { Distributor } from './distributor.ts';
import { AwsFailure, type SandboxService } from './http.ts';
import { type JsonOperation, jsonService } from './json-service.ts';
import { readInput, type StructureShape } from './json-shape.ts';

/** Secrets Manager with the one secret that the distribution stack makes: the key of the user that signs links. */
export function createSecretsManager(distributor: Distributor): SandboxService {
  return jsonService('Secrets Manager', 'secretsmanager', distributor, { GetSecretValue: getSecretValue });
}

const shape = {
  type: 'structure',
  required: ['SecretId'],
  members: {
    SecretId: { type: 'string', min: 1, max: 2048 },
    VersionId: { type: 'string', min: 32, max: 64 },
    VersionStage: { type: 'string', min: 1, max: 256 },
  },
} as const satisfies StructureShape;

const stage = 'AWSCURRENT';

/** GetSecretValue: by name, by arn, or by arn without the six characters at its end. */
const getSecretValue: JsonOperation<Distributor> = async (secret, json) => {
  const asked = readInput(json, shape, 'ValidationException');
  const { secretName, secretArn, versionId, keys } = secret;
  const names = [secretName, secretArn, secretArn.slice(0, -'-abcdef'.length)];
  if (!names.includes(asked.SecretId)) throw notFound('.');
  if (asked.VersionId !== undefined && asked.VersionId !== versionId) {
    throw notFound(` value for VersionId: ${asked.VersionId}`);
  }
  if (asked.VersionStage !== undefined && asked.VersionStage !== stage) {
    throw notFound(` value for staging label: ${asked.VersionStage}`);
  }
  return {
    ARN: secretArn,
    Name: secretName,
    VersionId: versionId,
    SecretString: JSON.stringify({
      AccessKeyId: keys.accessKeyId,
      SecretAccessKey: keys.secretAccessKey,
    }),
    VersionStages: [stage],
    // Seconds, as the protocol has it.
    CreatedDate: secret.createdAt / 1000,
  };
};

function notFound(what: string): AwsFailure {
  return new AwsFailure(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret${what}`,
  );
}
