import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { takeRecordingLock } from '../../../src/features/launch/recording-lock';
import { ManualClock } from '../../fakes/manual-clock';

const beatShape = z.object({ beatAt: z.number() });

describe('the lock of a recording', () => {
  let folder: string;
  let file: string;
  let clock: ManualClock;
  let lostCount: number;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'trackside-lock-'));
    file = path.join(folder, 'below', 'recording-1.lock');
    clock = new ManualClock();
    lostCount = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  const take = (): ReturnType<typeof takeRecordingLock> =>
    takeRecordingLock(file, clock, () => (lostCount += 1));

  /** As another window left it; its process lives, as far as its id tells. */
  async function leave(over: object): Promise<void> {
    const lock = await take();
    lock?.dispose();
    const holder = { pid: process.ppid, token: 'of another', beatAt: clock.now(), ...over };
    await writeFile(file, JSON.stringify(holder));
  }

  it('is held while its holder says so, and free when it lets go', async () => {
    const lock = await take();
    const before = beatShape.parse(JSON.parse(await readFile(file, 'utf8'))).beatAt;
    await clock.advance(60_000);
    assert.ok(beatShape.parse(JSON.parse(await readFile(file, 'utf8'))).beatAt - before >= 50_000);
    lock?.dispose();
    assert.equal(existsSync(file), false);
    await clock.advance(60_000);
    assert.equal(existsSync(file), false);
    assert.equal(lostCount, 0);
  });

  it('is refused while another process holds it', async () => {
    await leave({});
    assert.equal(await take(), undefined);
    assert.match(await readFile(file, 'utf8'), /of another/);
  });

  it('is taken from a process that is gone, and from one whose id another process has now', async () => {
    await leave({ pid: 2 ** 22 + 1 });
    (await take())?.dispose();
    assert.equal(existsSync(file), false);
    await leave({ beatAt: clock.now() - 60_000 });
    assert.ok(await take());
    assert.doesNotMatch(await readFile(file, 'utf8'), /of another/);
  });

  it('is taken from what no holder wrote', async () => {
    await leave({});
    await writeFile(file, String(process.ppid));
    assert.ok(await take());
  });

  it('is given up when another has taken it over, and that one keeps it', async () => {
    const lock = await take();
    const others = JSON.stringify({ pid: process.ppid, token: 'of another', beatAt: clock.now() });
    await writeFile(file, others);
    await clock.advance(30_000);
    assert.equal(lostCount, 1);
    lock?.dispose();
    assert.equal(await readFile(file, 'utf8'), others);
  });
});
