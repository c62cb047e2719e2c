import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { openFile } from '../../../src/client/file-download';
import { HttpTransport } from '../../../src/client/transport';
import { isFilesHostOf } from '../../../src/backends/clearml/files';
import { writeDownload } from '../../../src/features/metrics/file-transfer';
import { imageTypeOf } from '../../../src/features/metrics/image-type';
import { until } from '../../editor/harness/until';

const CONTENT = Buffer.alloc(300_000, 'abcdefg');
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

describe('Files of tasks', () => {
  let server: Server;
  let base: string;
  let folder: string;
  const transport = new HttpTransport();
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const authorizations: (string | undefined)[] = [];

  before(async () => {
    server = createServer((request, response) => {
      authorizations.push(request.headers.authorization);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  });

  beforeEach(async () => {
    authorizations.length = 0;
    folder = await mkdtemp(path.join(os.tmpdir(), 'trackside-files-'));
    answer = (_request, response) => response.end(CONTENT);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  after(() => {
    transport.dispose();
    server.close();
  });

  const download = (url: string, signal = new AbortController().signal) =>
    openFile(transport, {
      url,
      userAgent: 'test',
      signal,
      sign: (address) =>
        Promise.resolve(address.pathname.startsWith('/own/') ? { authorization: 'Bearer secret' } : {}),
    });
  const save = async (url: string, sha256?: string, signal = new AbortController().signal) =>
    writeDownload(await download(url, signal), {
      path: path.join(folder, 'model.bin'),
      signal,
      ...(sha256 === undefined ? {} : { sha256 }),
      onProgress: () => undefined,
    });

  it('come whole and checked, with progress, also those of zero bytes', async () => {
    const progress: number[] = [];
    const file = await download(`${base}/own/model.bin`);
    assert.equal(file.sizeBytes, CONTENT.byteLength);
    const target = path.join(folder, 'model.bin');
    const { signal } = new AbortController();
    const onProgress = (bytes: number): number => progress.push(bytes);
    const done = await writeDownload(file, {
      path: target,
      sha256: SHA256.toUpperCase(),
      signal,
      onProgress,
    });
    assert.deepEqual(done, { sizeBytes: CONTENT.byteLength, isVerified: true });
    assert.ok(CONTENT.equals(await readFile(target)));
    assert.equal(progress.at(-1), CONTENT.byteLength);
    answer = (_request, response) => response.end();
    assert.deepEqual(await save(`${base}/own/empty`), { sizeBytes: 0, isVerified: false });
  });

  it('are not saved over what is there when the hash differs or the transfer breaks', async () => {
    const target = path.join(folder, 'model.bin');
    await writeFile(target, 'before');
    await assert.rejects(save(`${base}/x`, 'a'.repeat(64)), { kind: 'malformed' });
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000000' });
      response.write(CONTENT, () => response.destroy());
    };
    await assert.rejects(save(`${base}/x`), { kind: 'unreachable' });
    assert.equal(await readFile(target, 'utf8'), 'before');
    assert.deepEqual(await readdir(folder), ['model.bin']);
  });

  it('can be given up on the way, and leave nothing behind', async () => {
    const abort = new AbortController();
    let isOpen = true;
    answer = (request, response) => {
      request.on('close', () => (isOpen = false));
      response.writeHead(200, { 'content-length': '1000000' });
      response.write(CONTENT, () => abort.abort());
    };
    await assert.rejects(save(`${base}/x`, undefined, abort.signal), { kind: 'cancelled' });
    assert.deepEqual(await readdir(folder), []);
    await until('the server notices', () => !isOpen);
  });

  it('say what is wrong in their own words', async () => {
    answer = (_request, response) => response.writeHead(404).end();
    await assert.rejects(save(`${base}/gone`), { kind: 'notFound' });
    answer = (_request, response) => response.writeHead(403).end('<html>');
    await assert.rejects(save(`${base}/own/no`), {
      kind: 'forbidden',
      message: /does not allow|forbid|refused/,
    });
    for (const status of [401, 403]) {
      answer = (_request, response) => response.writeHead(status, { 'www-authenticate': 'Basic' }).end();
      await assert.rejects(save(`${base}/elsewhere`), {
        kind: 'forbidden',
        message: `${base} wants credentials of its own for this file.`,
      });
    }
    assert.deepEqual(authorizations.slice(-2), [undefined, undefined]);
    answer = (_request, response) => response.writeHead(401).end();
    await assert.rejects(save(`${base}/own/model.bin`), { kind: 'unauthorized' });
    await assert.rejects(
      writeDownload(await openOk(), {
        path: path.join(folder, 'missing', 'x'),
        signal: new AbortController().signal,
        onProgress: () => undefined,
      }),
      /could not be saved: the path cannot be written to/,
    );
  });

  it('follow redirects without taking the token along, and not in circles', async () => {
    answer = (request, response) =>
      request.url === '/own/a'
        ? response.writeHead(302, { location: '/other' }).end()
        : response.end(CONTENT);
    await save(`${base}/own/a`, SHA256);
    assert.deepEqual(authorizations, ['Bearer secret', undefined]);
    answer = (_request, response) => response.writeHead(302, { location: '/again' }).end();
    await assert.rejects(save(`${base}/own/a`), { kind: 'malformed' });
    answer = (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    await assert.rejects(save(`${base}/own/a`), { kind: 'malformed' });
  });

  it('get the token only at the server itself and its files host', () => {
    const isOurs = (api: string, address: string): boolean => isFilesHostOf(new URL(api), new URL(address));
    assert.ok(isOurs('https://api.clear.ml', 'https://files.clear.ml/a/b'));
    assert.ok(isOurs('http://host:8008', 'http://host:8081/a'));
    assert.ok(isOurs('http://127.0.0.1:9000', 'http://127.0.0.1:9000/files/a'));
    assert.ok(!isOurs('https://api.clear.ml', 'https://files.clear.ml.example.com/a'));
    assert.ok(!isOurs('https://api.clear.ml', 'http://files.clear.ml/a'));
    assert.ok(!isOurs('http://host:8008', 'http://host:9999/a'));
    assert.ok(!isOurs('http://host:8008', 'http://other:8081/a'));
  });

  it('are images by what they hold, not by what they are called', () => {
    const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    assert.equal(imageTypeOf(bytes(0x89, 0x50, 0x4e, 0x47, 0)), 'image/png');
    assert.equal(imageTypeOf(bytes(0xff, 0xd8, 0xff, 0xe0)), 'image/jpeg');
    assert.equal(imageTypeOf(text('RIFF....WEBPVP8 ')), 'image/webp');
    assert.equal(
      imageTypeOf(text('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')),
      'image/svg+xml',
    );
    assert.equal(imageTypeOf(text('<html><svg></svg></html>')), undefined);
    assert.equal(imageTypeOf(bytes()), undefined);
  });

  async function openOk(): ReturnType<typeof download> {
    answer = (_request, response) => response.end(CONTENT);
    return download(`${base}/x`);
  }
});
