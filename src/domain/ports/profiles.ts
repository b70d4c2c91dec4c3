import type { CcwbProfile } from '../profile.ts';

export interface ProfilesService {
  /** Profiles of both ccwb generations plus the AWS profiles, with the active one. */
  list(): Promise<{ profiles: CcwbProfile[]; active?: string; awsProfiles: string[] }>;
}
