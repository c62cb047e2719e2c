import assert from 'node:assert/strict';
import { apiCandidates } from '../../../src/backends/clearml/web-url';
import { backendRegistry } from '../../../src/backends/registry';
import { findServers, type Recognizers } from '../../../src/features/connections/find-server';

const never = new AbortController().signal;

describe('finding a server', () => {
  const asked: string[] = [];
  const where = (good: readonly string[]): Recognizers => ({
    ...backendRegistry,
    clearml: {
      label: 'ClearML',
      recognize: (url) => {
        asked.push(url);
        return Promise.resolve(good.includes(url));
      },
      otherAddresses: apiCandidates,
    },
  });
  const find = async (url: string, good: readonly string[], plainUrl?: string) => {
    asked.length = 0;
    const place = plainUrl === undefined ? { url } : { url, plainUrl };
    return (await findServers(['clearml'], where(good), place, never, {})).map((found) => found.url);
  };

  const beside: readonly (readonly [string, string])[] = [
    ['https://app.clear.ml', 'https://api.clear.ml'],
    ['https://files.clearml.example.com', 'https://api.clearml.example.com'],
    ['http://box:8080', 'http://box:8008'],
    ['http://box:8081', 'http://box:8008'],
    ['http://box:30080', 'http://box:30008'],
    ['https://clearml.example.com', 'https://clearml.example.com/api'],
    ['http://box', 'http://box:8008'],
    ['https://clearml.example.com/projects/123', 'https://clearml.example.com/api'],
  ];
  for (const [typed, api] of beside) {
    it(`looks for the API of ${typed} at ${api}`, async () => {
      assert.deepEqual(await find(typed, [api]), [api]);
    });
  }

  it('takes the typed address when that answers, whatever else does', async () => {
    assert.deepEqual(await find('http://box:8080', ['http://box:8080', 'http://box:8008']), [
      'http://box:8080',
    ]);
    assert.deepEqual(await find('https://box', ['http://box', 'https://box'], 'http://box'), ['https://box']);
  });

  it('never leaves encryption that was asked for', async () => {
    await find('https://box', []);
    assert.ok(asked.length > 1);
    assert.deepEqual(
      asked.filter((url) => !url.startsWith('https://')),
      [],
    );
  });

  it('does not wait for slower addresses once a nearer one has answered', async () => {
    let isEnded = false;
    const registry: Recognizers = {
      ...backendRegistry,
      clearml: {
        label: 'ClearML',
        otherAddresses: () => ['http://slow'],
        recognize: (url, signal) =>
          url === 'http://near'
            ? Promise.resolve(true)
            : new Promise((resolve) => {
                signal.addEventListener('abort', () => {
                  isEnded = true;
                  resolve(false);
                });
              }),
      },
    };
    const found = await findServers(['clearml'], registry, { url: 'http://near' }, never, {});
    assert.deepEqual(found, [{ kind: 'clearml', url: 'http://near' }]);
    assert.equal(isEnded, true);
  });

  it('finds nothing where a recognizer fails', async () => {
    const registry: Recognizers = {
      ...backendRegistry,
      clearml: { label: 'ClearML', recognize: () => Promise.reject(new Error('broken')) },
    };
    assert.deepEqual(await findServers(['clearml'], registry, { url: 'http://box' }, never, {}), []);
  });
});
