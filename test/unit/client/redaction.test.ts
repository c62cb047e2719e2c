import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Redactor } from '../../../src/client/redaction';

describe('Redactor', () => {
  it('hides a registered secret in every form it travels in', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme' }), (secret) => {
        const redactor = new Redactor();
        redactor.register(secret);
        const forms = [
          secret,
          encodeURIComponent(secret),
          JSON.stringify(secret).slice(1, -1),
          Buffer.from(secret).toString('base64'),
          Buffer.from(secret).toString('base64url'),
        ];
        for (const form of forms) {
          assert.ok(!redactor.redact(`before ${form} after`).includes(` ${form} `));
        }
      }),
    );
  });

  it('forgets a secret when its last holder lets go', () => {
    const redactor = new Redactor();
    const first = redactor.register('plain-canary');
    const second = redactor.register('plain-canary');
    first.dispose();
    first.dispose();
    assert.ok(!redactor.redact('a plain-canary b').includes('plain-canary'));
    second.dispose();
    assert.equal(redactor.redact('a plain-canary b'), 'a plain-canary b');
  });

  const leaks: readonly string[] = [
    'Authorization: Bearer CANARY123456',
    'authorization: Basic Q0FOQVJZMTIzNDU2Nzg5',
    '{"authorization":"Bearer CANARY123456"}',
    'X-API-Key: CANARY123456',
    'Set-Cookie: clearml_token_basic=CANARY123456; HttpOnly',
    'got eyJhbGciOiJIUzI1NiJ9.eyJDQU5BUlkiOjF9.CANARY123456 from it',
    'https://user:CANARY123456@example.com/x',
    'https://s3.example.com/o?X-Amz-Credential=CANARY123456&X-Amz-Signature=CANARY123456&x=1',
    'https://storage.example.com/o?sig=CANARY123456&sv=2',
    'CLEARML_API_SECRET_KEY=CANARY123456',
    '"secret_key": "CANARY123456"',
    'access_key: CANARY123456',
    'password=CANARY123456',
  ];
  for (const line of leaks) {
    it(`hides what is secret in ${line.slice(0, 36)}`, () => {
      const clean = new Redactor().redact(line);
      assert.ok(!clean.includes('CANARY'), clean);
      assert.ok(!clean.includes('Q0FOQVJZMTIz'), clean);
    });
  }

  const harmless: readonly string[] = [
    'Invalid token (reason=Signature has expired)',
    'Basic functionality is there',
    'epoch 3 loss=0.41 key=value',
    'https://api.example.com/v2.34/tasks.get_all_ex?page=2',
    'The secret key is wrong.',
  ];
  for (const line of harmless) {
    it(`leaves alone: ${line}`, () => assert.equal(new Redactor().redact(line), line));
  }

  it('takes time in proportion to the length', () => {
    const redactor = new Redactor();
    for (const piece of ['a.b-', 'token', 'x://', 'secret:', 'Bearer ', 'eyJ', '&key', ' ']) {
      const best = (length: number): number => {
        const text = piece.repeat(length / piece.length);
        const times = Array.from({ length: 3 }, () => {
          const startedAt = performance.now();
          redactor.redact(text);
          return performance.now() - startedAt;
        });
        return Math.max(0.05, Math.min(...times));
      };
      best(10_000);
      // Twenty in proportion, four hundred if it grew with the square.
      const ratio = best(400_000) / best(20_000);
      assert.ok(ratio < 200, `twenty times the text of “${piece}” took ${ratio.toFixed(0)} times as long`);
    }
  });
});
