import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { DistributionsService } from '../../../src/domain/ports/distributions.ts';

/** The recorded link serves what the record says, whole. */
export async function expectGoodRecord(service: DistributionsService): Promise<void> {
  const latest = await service.latest(new AbortController().signal);
  const response = await fetch(latest?.url ?? '');
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(latest?.checksum);
}
