import type { Clock } from '../../domain/clock.ts';
import type { SandboxAccount } from '../account.ts';
import type { Shape } from '../json-shape.ts';
import type { ParameterStore } from './parameter-store.ts';

/** What every operation works on. */
export type SsmContext = { store: ParameterStore; clock: Clock; account: SandboxAccount };

/** The error for a broken bound of the input. */
export const invalidInput = 'ValidationException';

export const nameShape = { type: 'string', min: 1, max: 2048 } as const satisfies Shape;
export const namesShape = { type: 'list', of: nameShape, min: 1, max: 10 } as const satisfies Shape;
