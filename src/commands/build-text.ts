import { type Build, firstFailure } from '../domain/build.ts';
