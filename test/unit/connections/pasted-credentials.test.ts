import assert from 'node:assert/strict';
import { readPastedCredentials } from '../../../src/backends/clearml/pasted-credentials';
import { readServerAddress } from '../../../src/features/connections/server-address';

const block = `api {
  # Admin
  web_server: https://app.clear.ml/
  api_server: https://api.clear.ml
  files_server: https://files.clear.ml
  credentials {
    "access_key" = "ABC123"
    "secret_key" = "s3cr+t/=x"
  }
}`;
const variables = `%env CLEARML_WEB_HOST=https://app.clear.ml/
%env CLEARML_API_HOST=https://api.clear.ml
%env CLEARML_FILES_HOST=https://files.clear.ml
%env CLEARML_API_ACCESS_KEY=ABC123
%env CLEARML_API_SECRET_KEY=s3cr+t/=x`;
const expected = {
  url: 'https://api.clear.ml',
  accessKey: 'ABC123',
  secretKey: 's3cr+t/=x',
  webUrl: 'https://app.clear.ml/',
  filesUrl: 'https://files.clear.ml',
};

describe('pasted credentials', () => {
  it('reads the block for clearml.conf', () => assert.deepEqual(readPastedCredentials(block), expected));
  it('reads it without line ends, as an input box gives it', () => {
    assert.deepEqual(readPastedCredentials(block.replaceAll('\n', '')), expected);
    assert.deepEqual(readPastedCredentials(block.replaceAll(/\s+/g, ' ')), expected);
  });
  it('reads the variables, also run together', () => {
    assert.deepEqual(readPastedCredentials(variables), expected);
    assert.deepEqual(readPastedCredentials(variables.replaceAll('\n', '')), expected);
  });
  it('takes what is there', () => {
    assert.deepEqual(readPastedCredentials('access_key: ABC123'), { accessKey: 'ABC123' });
  });
  it('does not mistake an address or anything else for it', () => {
    for (const text of ['https://api.clear.ml', 'api.clear.ml', 'http://host:8008/api_server', '', '{}']) {
      assert.equal(readPastedCredentials(text), undefined, text);
    }
  });
});

describe('server address', () => {
  const good: readonly (readonly [string, string, boolean])[] = [
    ['https://api.clear.ml/', 'https://api.clear.ml', false],
    [' api.clear.ml ', 'https://api.clear.ml', false],
    ['http://localhost:8008', 'http://localhost:8008', false],
    ['http://127.0.0.1:8008//', 'http://127.0.0.1:8008', false],
    ['http://[::1]:8008', 'http://[::1]:8008', false],
    ['http://tracker.example.com:8008', 'http://tracker.example.com:8008', true],
    ['http://localhost.example.com', 'http://localhost.example.com', true],
    ['https://example.com/clearml/api/?x=1#y', 'https://example.com/clearml/api', false],
  ];
  for (const [typed, url, isUnprotected] of good) {
    it(`reads ${typed}`, () => {
      const address = readServerAddress(typed);
      assert.ok(address.ok);
      assert.equal(address.url, url);
      assert.equal(address.isUnprotected, isUnprotected);
    });
  }
  for (const typed of ['', '   ', 'ftp://example.com', 'https://me:secret@example.com', 'https://', 'a b']) {
    it(`refuses ${JSON.stringify(typed)} with a sentence that shows no keys`, () => {
      const address = readServerAddress(typed);
      assert.ok(!address.ok);
      assert.match(address.problem, /\.$/);
      assert.doesNotMatch(address.problem, /secret/);
    });
  }
});
