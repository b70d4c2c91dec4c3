/**
 * Who is signed in. A real program opens the browser and asks the identity provider; the sample has one user, whom
 * nobody can mistake for a person.
 */
export const sampleIdentity = {
  sub: '00000000-0000-4000-8000-000000000000',
  email: 'sample.user@example.com',
  name: 'Sample User',
  department: 'Samples',
  team: 'Sandbox',
};

/** Signs nothing but the sample's own token. */
export const sampleKey = 'sample-key-that-protects-nothing';
