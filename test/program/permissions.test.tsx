import { afterEach, describe, expect, it } from 'vitest';
import type { FaultHook } from '../../src/sandbox/faults.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
afterEach(() => world.close());

const denied =
  (operation: string, action: string): FaultHook =>
  (call) =>
    call.operation === operation
      ? {
          kind: 'error',
          code: call.service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
          status: call.service === 's3' ? 403 : 400,
          message: `User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: ${action}`,
        }
      : undefined;

/** Starts a build and waits until it has succeeded, in the list. */
async function build(): Promise<void> {
  await world.press('b');
  await world.see('✓ Succeeded');
}

describe('one permission that is denied', () => {
  it('ListBuildsForProject: builds started here are followed, opened and shipped all the same', async () => {
    world = await openWorld({ faults: denied('ListBuildsForProject', 'codebuild:ListBuilds') });
    await world.seeTrouble('access denied (codebuild:ListBuilds)', 'Ask for the IAM action');
    await world.press('b');
    await world.seeTrouble('access denied (codebuild:ListBuilds)', 'In progress');
    await world.press('\r');
    await world.see('● live', 'step 5 of');
    await world.press('q');
    await world.seeTrouble('access denied', '✓ Succeeded');
    await world.press('d');
    await world.see('RECORD', 'sha256', 'Install with these commands');
    world.setFaults();
    await world.press('1');
    await world.see('● live', '1 build');
  });

  it('BatchGetBuilds: says so on the list and on a build', async () => {
    world = await openWorld();
    await world.see('No builds yet');
    await world.press('b');
    await world.see('In progress');
    world.setFaults(denied('BatchGetBuilds', 'codebuild:BatchGetBuilds'));
    await world.seeTrouble(
      'access denied (codebuild:BatchGetBuilds)',
      'Ask for the IAM action',
      'In progress',
    );
    await world.press('\r');
    await world.seeTrouble('access denied (codebuild:BatchGetBuilds)', 'In progress');
    world.setFaults();
    await world.see('✓ Succeeded', '● live', 'step 30 of');
  });

  it('GetLogEvents: phases go on without the log, which says why', async () => {
    world = await openWorld({ faults: denied('GetLogEvents', 'logs:GetLogEvents') });
    await world.see('No builds yet');
    await world.press('b');
    await world.see('has started');
    await world.press('\r');
    await world.seeTrouble('access denied (logs:GetLogEvents)', 'Ask for the IAM action', 'In progress');
    await world.seeTrouble('✓ Succeeded', 'access denied (logs:GetLogEvents)');
    world.setFaults();
    await world.see('● live', '─ complete ─', 'step 30 of');
  });

  it('DescribeStacks: builds are found by name; packages say what they lack', async () => {
    world = await openWorld({ faults: denied('DescribeStacks', 'cloudformation:DescribeStacks') });
    await world.see('No builds yet', 'access denied (cloudformation:DescribeStacks)', '● live');
    await build();
    await world.press('2');
    await world.seeTrouble(
      'The bucket for packages of profile sandbox',
      'access denied (cloudformation:DescribeStacks)',
    );
    await world.press('1');
    await world.see('● live', '✓ Succeeded');
    await world.press('!');
    await world.see('access denied (cloudformation:DescribeStacks)');
  });

  it('GetCallerIdentity: everything goes on without the account’s number', async () => {
    world = await openWorld({ faults: denied('GetCallerIdentity', 'sts:GetCallerIdentity') });
    await world.see('No builds yet', 'access denied (sts:GetCallerIdentity)', '● live');
    expect(world.terminal.text()).not.toContain('9012');
    await build();
    await world.press('d');
    await world.see('RECORD', 'sha256', 'Install with these commands');
  });

  it('ListObjectVersions: what lies there is shipped, if it is the build’s', async () => {
    world = await openWorld({ faults: denied('ListObjectVersions', 's3:ListBucketVersions') });
    await world.see('No builds yet');
    await build();
    await world.press('d');
    await world.see('Made and recorded');
    await world.press('G');
    await world.see('access denied (s3:ListBucketVersions)');
  });

  it('PutObject: shipping fails with its name and changes nothing', async () => {
    world = await openWorld({ faults: denied('PutObject', 's3:PutObject') });
    await world.see('No builds yet');
    await build();
    await world.press('d');
    await world.see(
      'access denied (s3:PutObject)',
      'Ask for the IAM action',
      'nothing that others see has changed',
    );
    await world.press('2');
    await world.see('● live', 'No package was made yet');
  });

  it('GetParameter: packages are listed and made, their links known from this machine’s ledger', async () => {
    world = await openWorld({ faults: denied('GetParameter', 'ssm:GetParameter') });
    await world.see('No builds yet');
    await build();
    await world.press('d');
    await world.see('Made and recorded');
    await world.press('2');
    await world.seeTrouble('access denied (ssm:GetParameter)', '1 package', 'valid');
    world.setFaults();
    await world.see('● live', 'valid');
  });

  it('PutParameter: shipping fails at the record, and takes the package back', async () => {
    world = await openWorld({ faults: denied('PutParameter', 'ssm:PutParameter') });
    await world.see('No builds yet');
    await build();
    await world.press('d');
    await world.see('access denied (ssm:PutParameter)', 'nothing that others see has changed');
    await world.press('2');
    await world.see('● live', 'No package was made yet');
  });
});
