import type { State } from './state.ts';
import type { Target } from './state-session.ts';

/** An entry of a choice: where builds shall run, or which project shall be built. */
export type PickerEntry =
  | { kind: 'project'; name: string }
  | { kind: 'target'; target: Target; title: string; detail: string };

/** What can be chosen now, on the first screen or in the picker over another one. */
export function pickerEntries(state: State): PickerEntry[] {
  if (state.overlay?.kind === 'picker' && state.overlay.purpose === 'project') {
    if (state.session.state !== 'open') return [];
    return state.session.deployment.projects.map((name) => ({ kind: 'project', name }));
  }
  return targetEntries(state);
}

function targetEntries(state: State): PickerEntry[] {
  const { profiles } = state;
  const sandbox: PickerEntry = {
    kind: 'target',
    target: { place: 'sandbox' },
    title: 'Sandbox',
    detail: 'on this machine, no AWS account needed',
  };
  const ofCcwb = (profiles?.profiles ?? []).map(
    (profile): PickerEntry => ({
      kind: 'target',
      target: { place: 'aws', profileName: profile.name },
      title: profile.name,
      detail: `AWS ${profile.codebuildRegion ?? profile.awsRegion ?? ''}, profile of ccwb${
        profile.name === profiles?.active ? ', active' : ''
      }`,
    }),
  );
  const known = new Set(profiles?.profiles.map((profile) => profile.name));
  const ofAws = (profiles?.awsProfiles ?? [])
    .filter((name) => !known.has(name))
    .map(
      (name): PickerEntry => ({
        kind: 'target',
        target: { place: 'aws', profileName: name },
        title: name,
        detail: 'AWS, profile of the AWS configuration',
      }),
    );
  return [sandbox, ...ofCcwb, ...ofAws];
}
