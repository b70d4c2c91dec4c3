const rules: readonly [RegExp, string][] = [
  // Query parameters of presigned links; the link without them is worth nothing.
  [/(X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s"'<>]+/gi, '$1***'],
  // Access key ids, long-term and temporary.
  [/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, '$1***'],
  [/\b(Bearer\s+)[\w.~+/-]+=*/gi, '$1***'],
  [/\b(Signature=)[0-9a-f]{16,}/gi, '$1***'],
  // Environment dumps, INI files and JSON alike.
  [
    /((?:aws_?)?(?:secret_?access_?key|session_?token|security_?token)["']?\s*[=:]\s*["']?)[^\s"',;}]+/gi,
    '$1***',
  ],
];

/** `text` without credentials, tokens and signatures: for messages, debug files and crash reports. */
export function maskSecrets(text: string): string {
  return rules.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}
