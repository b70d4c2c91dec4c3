import { describe, expect, it } from 'vitest';
import { maskSecrets } from '../../src/domain/mask-secrets.ts';

const secret = 'wJalrXUtnFEMIK7MDENG/bPxRfiCYEXAMPLEKEY';

describe('masking secrets', () => {
  it.each([
    `https://b.s3.example/k?X-Amz-Credential=${secret}&X-Amz-Signature=${secret}&x-id=GetObject`,
    `https://b.s3.example/k?x-amz-security-token=${secret}`,
    `redirect=https%3A%2F%2Fb.s3.example%3FX-Amz-Signature%3D${secret}`,
    `X-Amz-Security-Token: ${secret}`,
    `{"x-amz-security-token":"${secret}"}`,
    `aws_secret_access_key = ${secret}`,
    `AWS_SESSION_TOKEN=${secret}`,
    `{"SecretAccessKey": "${secret}", "SessionToken": "${secret}"}`,
    `<SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${secret}</SessionToken>`,
    `{ secretAccessKey: '${secret}', sessionToken: '${secret}' }`,
    `Authorization: Bearer ${secret}`,
  ])('leaves nothing of it in %s', (text) => {
    const masked = maskSecrets(text);
    expect(masked).not.toContain(secret);
    expect(masked).toContain('***');
  });

  it.each(['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE'])('masks the key id %s', (id) => {
    expect(maskSecrets(`Credential=${id}/20261120/us-east-1/s3/aws4_request`)).not.toContain(id);
  });

  it('masks a signature of a header', () => {
    expect(maskSecrets('SignedHeaders=host, Signature=0123456789abcdef0123456789abcdef')).toBe(
      'SignedHeaders=host, Signature=***',
    );
  });

  it('leaves what is no secret', () => {
    const text = 'Reading build x: the security token included in the request is expired.';
    expect(maskSecrets(text)).toBe(text);
  });

  it('looks at each character once, however hostile', () => {
    // Quadratic work on these would take hours; the test's own limit is the assertion.
    const many = 400_000;
    for (const piece of [
      'X-Amz-Signature=',
      'AKIA',
      'Bearer ',
      'session_token',
      'Signature=',
      'Bearer\t',
      'sessiontoken ',
    ]) {
      expect(maskSecrets(piece.repeat(many)).length).toBeLessThanOrEqual(piece.length * many);
    }
    expect(maskSecrets(`Bearer${' '.repeat(many)}!`)).toHaveLength(many + 7);
    expect(maskSecrets(`session_token${' '.repeat(many)}!`)).toHaveLength(many + 14);
  });
});
