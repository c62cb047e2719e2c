import assert from 'node:assert/strict';
import { GrowingStretch, type LineSource } from '../../../src/features/console/growing-stretch';

/** Lines by their number, and what was asked for. */
class CountedLines implements LineSource {
  readonly asked: (readonly [number, number])[] = [];
  isBroken = false;

  readBytes(first: number, end: number): Promise<Uint8Array> {
    this.asked.push([first, end]);
    const lines = Array.from({ length: end - first }, (_, index) => `${first + index}\n`);
    return this.isBroken ? Promise.reject(new Error('disk')) : Promise.resolve(Buffer.from(lines.join('')));
  }
}

describe('a stretch of a console that grows', () => {
  const read = async (
    stretch: GrowingStretch,
    lines: LineSource,
    first: number,
    end: number,
  ): Promise<string> => new TextDecoder().decode(await stretch.read(lines, first, end));

  it('reads only what is new at its end', async () => {
    const stretch = new GrowingStretch();
    const lines = new CountedLines();
    assert.equal(await read(stretch, lines, 2, 4), '2\n3\n');
    assert.equal(await read(stretch, lines, 2, 5), '2\n3\n4\n');
    assert.equal(await read(stretch, lines, 2, 5), '2\n3\n4\n');
    assert.deepEqual(lines.asked, [
      [2, 4],
      [4, 5],
    ]);
  });

  it('reads all of another one: elsewhere, shorter, or of other lines', async () => {
    const stretch = new GrowingStretch();
    const lines = new CountedLines();
    await read(stretch, lines, 0, 9);
    assert.equal(await read(stretch, lines, 7, 9), '7\n8\n');
    assert.equal(await read(stretch, lines, 7, 8), '7\n');
    assert.equal(await read(stretch, new CountedLines(), 7, 8), '7\n');
    assert.equal(await read(stretch, lines, 3, 3), '');
  });

  it('reads again what could not be read', async () => {
    const stretch = new GrowingStretch();
    const lines = new CountedLines();
    await read(stretch, lines, 0, 1);
    lines.isBroken = true;
    await assert.rejects(read(stretch, lines, 0, 3));
    lines.isBroken = false;
    assert.equal(await read(stretch, lines, 0, 3), '0\n1\n2\n');
  });
});
