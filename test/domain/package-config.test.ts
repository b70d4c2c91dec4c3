import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configFault, configJson, profilesOfConfig, settingsJson } from '../../src/domain/package-config.ts';
import type { Deployment } from '../../src/domain/profile.ts';

const deployment: Deployment = {
  profile: {
    name: 'Acme',
    awsRegion: 'eu-central-1',
    identityPoolName: 'claude-code-auth',
    stackNames: {},
    providerDomain: 'login.acme.example',
    clientId: 'client',
    providerType: 'cognito',
    credentialStorage: 'keyring',
    crossRegionProfile: 'eu',
    selectedModel: 'eu.anthropic.claude',
    extraFiles: [],
  },
  buildRegion: 'us-east-1',
  region: 'eu-central-1',
  projects: [],
  parameterName: '/claude-code/claude-code-auth/distribution/latest',
  identityPoolId: 'eu-central-1:pool',
};

describe('config.json', () => {
  it('has the fields that the sign-in binary reads', () => {
    const { text, missing } = configJson(deployment);
    expect(JSON.parse(text)).toEqual({
      ClaudeCode: {
        provider_domain: 'login.acme.example',
        client_id: 'client',
        identity_pool_id: 'eu-central-1:pool',
        aws_region: 'eu-central-1',
        provider_type: 'cognito',
        credential_storage: 'keyring',
        cross_region_profile: 'eu',
        selected_model: 'eu.anthropic.claude',
      },
    });
    expect(missing).toEqual([]);
  });

  it('leaves out what is not known, and names what signing in needs', () => {
    const { identityPoolId: _, ...bare } = deployment;
    const profile = { name: 'Acme', identityPoolName: 'p', stackNames: {}, extraFiles: [] };
    const { text, missing } = configJson({ ...bare, profile });
    expect(JSON.parse(text)).toEqual({ ClaudeCode: { aws_region: 'eu-central-1' } });
    expect(missing).toEqual(['provider_domain', 'client_id', 'identity_pool_id']);
  });

  it('names the user pool where the profile has one', () => {
    const profile = { ...deployment.profile, cognitoUserPoolId: 'eu-central-1_abc' };
    expect(JSON.parse(configJson({ ...deployment, profile }).text).ClaudeCode).toHaveProperty(
      'cognito_user_pool_id',
      'eu-central-1_abc',
    );
  });

  it('names the profiles to install', () => {
    expect(profilesOfConfig(configJson(deployment).text)).toEqual([
      { name: 'ClaudeCode', region: 'eu-central-1' },
    ]);
  });

  it('lets no name or region through that a script could take for more than a word', () => {
    const text = JSON.stringify({
      "a'; rm -rf ~; '": { aws_region: 'us-east-1' },
      ok: { aws_region: "x'$(id)" },
      'gov-1': { aws_region: 'us-gov-west-1' },
      list: [],
      nothing: null,
    });
    expect(profilesOfConfig(text)).toEqual([{ name: 'ok' }, { name: 'gov-1', region: 'us-gov-west-1' }]);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.record({ aws_region: fc.string() })), (config) => {
        for (const { name, region } of profilesOfConfig(JSON.stringify(config)) ?? []) {
          expect(`${name}${region ?? ''}`).toMatch(/^[A-Za-z0-9_-]+$/);
        }
      }),
    );
  });

  it.each(['', '[]', 'null', '{}', '"x"', '{"a b": {}}'])('%j is none', (text) => {
    expect(profilesOfConfig(text)).toBeUndefined();
  });

  it.each([
    ['{"ClaudeCode": {\n  "aws_region": "eu-west-1",\n}}', 'is not JSON: line 3, column 1'],
    [
      '\uFEFF{"ClaudeCode": {}}',
      'begins with a byte order mark (BOM), with which no sign-in program reads it',
    ],
    ['[]', 'names no profile that could be installed'],
    ['{"a b": {}}', 'names no profile that could be installed'],
  ])('%j is refused for what is wrong with it', (text, fault) => {
    expect(profilesOfConfig(text)).toBeUndefined();
    expect(configFault(text)).toBe(fault);
  });
});

describe('settings.json', () => {
  it('sends Claude Code to Bedrock with the profile', () => {
    expect(JSON.parse(settingsJson(deployment, 'ClaudeCode', true))).toEqual({
      env: {
        AWS_REGION: 'eu-central-1',
        CLAUDE_CODE_USE_BEDROCK: '1',
        AWS_PROFILE: 'ClaudeCode',
        ANTHROPIC_MODEL: 'eu.anthropic.claude',
      },
      otelHeadersHelper: '__OTEL_HELPER_PATH__',
    });
  });

  it('names no helper that is not in the package', () => {
    expect(JSON.parse(settingsJson(deployment, 'ClaudeCode', false))).not.toHaveProperty('otelHeadersHelper');
  });
});
