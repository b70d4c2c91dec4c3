const rules: readonly [RegExp, string][] = [
  // Query parameters of presigned links; the link without them is worth nothing.
  [/(X-Amz-(?:Signature|Security-Token|Credential)(?:=|%3D))[^&\s"'<>]+/gi, '$1***'],
  // Access key ids, long-term and temporary.
  [/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, '$1***'],
  [/\b(Bearer\s+)[\w.~+/-]+=*/gi, '$1***'],
  [/\b(Signature=)[0-9a-f]{16,}/gi, '$1***'],
  // Environment dumps, INI files, JSON, headers and XML alike.
  [
    /((?:secret[_-]?access[_-]?key|session[_-]?token|security[_-]?token)["']?\s*[=:>]\s*["']?)[^\s"',;}<]+/gi,
    '$1***',
  ],
];

/** `text` without credentials, tokens and signatures: for messages, debug files and crash reports. */
export function maskSecrets(text: string): string {
  return rules.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}
