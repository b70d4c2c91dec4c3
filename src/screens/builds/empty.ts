import type { State } from '../../state/state.ts';

/** What stands in the place of the list while there is none. */
export function emptyText(state: State): string[] {
  const { session, builds, opening } = state;
  if (session.state !== 'open') {
    const where =
      session.state === 'connecting' && session.target.place === 'sandbox' ? 'the sandbox' : 'AWS';
    return session.state === 'connecting' && session.trouble
      ? ['Not connected. It is tried again by itself; P chooses another profile.']
      : [`Connecting to ${where}…`];
  }
  if (opening !== undefined) return [`Looking for build ${opening}…`];
  if (builds.list === undefined) return builds.trouble ? [] : ['Reading the builds…'];
  if (builds.filter !== '') return [`No build matches "${builds.filter}".`, 'esc ends the filter.'];
  if (session.deployment.projects.length === 0) {
    return [
      'No build project was found for this profile.',
      'Its codebuild stack is missing: ccwb deploy codebuild makes it.',
    ];
  }
  return ['No builds yet.', 'b starts one.'];
}
