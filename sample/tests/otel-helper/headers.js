import assert from 'node:assert/strict';

export const cases = {
  'names the user'({ headersOf }) {
    assert.equal(headersOf({ email: 'a@example.com' })['x-user-email'], 'a@example.com');
  },
  'leaves out what it does not know'({ headersOf }) {
    assert.deepEqual(headersOf({}), {});
  },
  'hides the subject'({ headersOf }) {
    assert.ok(!JSON.stringify(headersOf({ sub: 'secret-subject' })).includes('secret-subject'));
  },
  'takes claims of any type'({ headersOf }) {
    assert.equal(headersOf({ team: 7 })['x-team-id'], '7');
  },
};

export function fuzz({ headersOf }, random) {
  const headers = headersOf({ email: random.text(), sub: random.text(), name: random.text(), team: random.text() });
  for (const [name, value] of Object.entries(headers)) {
    assert.match(name, /^x-[a-z-]+$/);
    assert.match(value, /^[\x20-\x7e]{1,256}$/);
  }
}
