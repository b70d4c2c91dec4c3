import { firstFailure, type Build } from '../domain/build.ts';
