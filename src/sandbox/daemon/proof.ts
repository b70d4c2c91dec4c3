import { createHmac, randomBytes } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import type { ConnectionProof } from '../../domain/ports/connect.ts';
import type { RequestHead } from '../front/request-head.ts';
import { equalHex } from '../front/sigv4.ts';
import type { SandboxResponse } from '../http.ts';

/** Path of the question; `?nonce=` holds {@link newNonce}. It is the only one that needs no signature. */
export const provePath = '/.ccwb/prove';

/** 32 bytes in hex: of fixed length, so that nonce and port cannot be told apart in more than one way. */
export function newNonce(): string {
  return randomBytes(32).toString('hex');
}

/**
 * What shows that a server knows the secret without telling it. The port is part of it: else a stranger on the port
 * could have the real sandbox answer elsewhere and pass its answer on.
 */
export function proofOf(secretAccessKey: string, nonce: string, port: number): string {
  return createHmac('sha256', secretAccessKey).update(`ccwb-prove${nonce}${port}`).digest('hex');
}

/** The client's side, for one port: a new question each time. */
export function connectionProof(secretAccessKey: string, port: number): ConnectionProof {
  return () => {
    const nonce = newNonce();
    return {
      path: `${provePath}?nonce=${nonce}`,
      check(answer) {
        if (isProof(proofIn(answer ?? ''), secretAccessKey, nonce, port)) return;
        throw new AppError({
          kind: 'unavailable',
          message: 'Something else answers where the sandbox was.',
          hint: 'Look with: ccwb-tui sandbox status',
        });
      },
    };
  };
}

export function isProof(proof: unknown, secretAccessKey: string, nonce: string, port: number): boolean {
  return typeof proof === 'string' && equalHex(proof, proofOf(secretAccessKey, nonce, port));
}

function proofIn(answer: string): unknown {
  try {
    return (JSON.parse(answer) as { proof?: unknown } | null)?.proof;
  } catch {
    return undefined;
  }
}

/** The server's side: answers the question, and nothing else. */
export function proveRoute(
  secretAccessKey: string,
  port: () => number,
): (head: RequestHead) => SandboxResponse | undefined {
  return (head) => {
    if (head.method !== 'GET' || head.path !== provePath) return undefined;
    const nonce = head.query.find(([name]) => name === 'nonce')?.[1] ?? '';
    const headers = { 'content-type': 'application/json' };
    if (!/^[0-9a-f]{64}$/.test(nonce)) {
      return { status: 400, headers, body: JSON.stringify({ message: 'nonce: 64 hex digits' }) };
    }
    return {
      status: 200,
      headers,
      body: JSON.stringify({ proof: proofOf(secretAccessKey, nonce, port()) }),
    };
  };
}
