import type { IncomingMessage } from 'node:http';
import type { Dialect } from '../dialect.ts';
import type { Fault } from '../faults.ts';
import { AwsFailure, type SandboxResponse } from '../http.ts';
import { refusal } from '../refusals.ts';

/** Does what the fault says, or the work where there is none. */
export async function applyFault(
  fault: Fault | undefined,
  call: { dialect: Dialect; request: IncomingMessage; signal: AbortSignal },
  serve: () => Promise<SandboxResponse>,
): Promise<SandboxResponse | 'dropped'> {
  switch (fault?.kind) {
    case undefined:
      return serve();
    case 'throttle':
      throw refusal(call.dialect, 'throttled');
    case 'error':
      throw new AwsFailure(fault.code, fault.message ?? fault.code, fault.status ?? 400);
    case 'answer':
      return { status: fault.status, body: fault.body, ...(fault.headers ? { headers: fault.headers } : {}) };
    case 'drop':
      if (fault.when === 'after') await serve();
      call.request.socket.resetAndDestroy();
      return 'dropped';
    case 'delay':
      await Promise.race([
        fault.until,
        new Promise((resolve) => call.signal.addEventListener('abort', resolve, { once: true })),
      ]);
      return applyFault(fault.next, call, serve);
    case 'transform': {
      const answer = await serve();
      if (answer.status >= 300 || typeof answer.body !== 'string') return answer;
      return { ...answer, body: JSON.stringify(fault.json(JSON.parse(answer.body))) };
    }
  }
}
