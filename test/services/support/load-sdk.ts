/**
 * Loads what the program loads at its first call of each service. It takes real time, in which a test's clock would run
 * past the time an answer may take.
 */
export async function loadSdk(): Promise<void> {
  await Promise.all([
    import('@aws-sdk/client-codebuild'),
    import('@aws-sdk/client-cloudwatch-logs'),
    import('@aws-sdk/client-cloudformation'),
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/client-ssm'),
    import('@aws-sdk/client-sts'),
  ]);
}
