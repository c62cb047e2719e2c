import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { ConsoleFolders } from '../../../src/features/console/console-folders';
import { ConsoleLog } from '../../../src/features/console/console-log';
import { heldBytes } from '../../fakes/held-memory';
import type { ConsolePage } from '../../../src/features/console/console-page';
import { ConsoleWindow, WHOLE_VIEW, type ConsoleView } from '../../../src/features/console/console-window';

const NOTHING_BELOW = { notes: [] };
const SMALL = { maxBytes: 1_000, keptBytes: 400, partBytes: 300, filteredBytes: 300 };

describe('a console on disk', function () {
  this.timeout(60_000);
  let folder: string;
  let made: ConsoleLog[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trackside-spool-'));
    made = [];
  });

  afterEach(async () => {
    await Promise.all(made.map((log) => log.dispose()));
    rmSync(folder, { recursive: true, force: true });
  });

  const create = (): ConsoleLog => {
    const folders = new ConsoleFolders(folder);
    const log = new ConsoleLog(() => folders.next());
    made.push(log);
    return log;
  };
  const numbered = (log: ConsoleLog, count: number): void => {
    for (let line = 0; line < count; line += 1) {
      log.write(`line ${line}\n`);
    }
  };
  const show = (log: ConsoleLog, view: ConsoleView = WHOLE_VIEW): Promise<ConsolePage> =>
    new ConsoleWindow(log, SMALL).page(view, NOTHING_BELOW);
  const textOf = ({ bytes }: ConsolePage): string => new TextDecoder().decode(bytes);
  const shownText = async (log: ConsoleLog, view?: ConsoleView): Promise<string> =>
    textOf(await show(log, view));
  /** Every document line that shows a line of the console says which. */
  const assertTrue = (page: ConsolePage): void => {
    textOf(page)
      .split('\n')
      .forEach((text, documentLine) => {
        const line = page.lineAt(documentLine);
        assert.equal(line === undefined, page.notes.has(documentLine), text);
        if (line !== undefined) {
          assert.equal(text, `line ${line}`);
          assert.equal(page.documentLineOf(line), documentLine);
        }
      });
    assert.equal(textOf(page).split('\n').length, page.lineCount);
  };

  it('shows what a terminal would', async () => {
    const log = create();
    log.write('one\n\x1b[31mred\x1b[0m\n 10%\r 50%');
    assert.equal(await shownText(log), 'one\nred\n 50%');
    log.write('\r100%\ndone');
    assert.equal(await shownText(log), 'one\nred\n100%\ndone');
  });

  it('keeps colours, times and levels of every line, found by its number', async () => {
    const log = create();
    log.write('plain', 1_000);
    log.write('\nWARNING: \x1b[31mred\x1b[0m and \x1b[1mbold', 2_000);
    log.write('\n\x1b[0mlast\n', 3_000);
    const facts = await log.spool.readFacts(0, 9);
    assert.deepEqual(facts, [
      { level: 'info', at: 1_000, spans: [] },
      {
        level: 'warning',
        at: 2_000,
        spans: [
          { start: 9, end: 12, style: { foreground: 1 } },
          { start: 17, end: 21, style: { isBold: true } },
        ],
      },
      { level: 'info', at: 3_000, spans: [] },
    ]);
  });

  it('gives back any stretch of what was written, however it came', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 30 }),
        fc.nat(30),
        fc.nat(30),
        async (texts, from, to) => {
          const log = create();
          const lines = texts.map((text) => text.replace(/[\u0000-\u001f\u007f\ud800-\udfff]/gu, ''));
          for (const [index, line] of lines.entries()) {
            log.write(`${line}\n`);
            if (index % 7 === 3) {
              await log.spool.flush();
            }
          }
          const wanted = lines.slice(from, Math.max(from, to));
          assert.equal(
            (await log.spool.readBytes(from, Math.max(from, to))).toString('utf8'),
            wanted.map((line) => `${line}\n`).join(''),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  it('finds lines by any place in the text, and reads any of them, near or far apart', async () => {
    const log = create();
    const texts = Array.from({ length: 30_000 }, (_, line) => `${line} ${'ü'.repeat((line * 7_919) % 90)}\n`);
    texts.forEach((text) => log.write(text));
    const starts: number[] = [];
    let bytes = 0;
    for (const text of texts) {
      starts.push(bytes);
      bytes += Buffer.byteLength(text);
    }
    for (let offset = 0; offset < bytes; offset += 38_711) {
      const wanted = starts.findLastIndex((start) => start <= offset);
      assert.equal(await log.spool.lineAtOffset(offset), wanted);
      assert.equal(await log.spool.lineAtOffset(starts[wanted] ?? 0), wanted);
    }
    assert.equal(await log.spool.lineAtOffset(bytes), texts.length - 1);
    const lines = [0, 1, 2, 40, 41, 9_000, 9_100, 29_998, 29_999];
    const places = lines.map((line) => ({
      start: starts[line] ?? 0,
      bytes: Buffer.byteLength(texts[line] ?? ''),
    }));
    const read = await log.spool.readEach(places);
    assert.deepEqual(
      read.map((each) => new TextDecoder().decode(each)),
      lines.map((line) => texts[line]),
    );
  });

  it('is shown from its end when it is long, and the rest part by part, without a gap', async () => {
    const log = create();
    numbered(log, 1_000);
    const window = new ConsoleWindow(log, SMALL);
    let page = await window.page(WHOLE_VIEW, NOTHING_BELOW);
    assertTrue(page);
    assert.equal(textOf(page).split('\n').at(-1), 'line 999');
    assert.ok(textOf(page).length < 1_400);
    let seenFrom = page.first;
    for (let part = 0; seenFrom > 0 && part < 100; part += 1) {
      const first = await window.neighbour(page, 'earlier');
      page = await window.page({ ...WHOLE_VIEW, first: first ?? 0 }, NOTHING_BELOW);
      assertTrue(page);
      assert.ok(page.first < seenFrom && page.end >= seenFrom, `${page.first} to ${page.end}`);
      seenFrom = page.first;
    }
    assert.equal(seenFrom, 0);
    for (let first: number | undefined = 0, part = 0; first !== undefined; part += 1) {
      const at: number = page.end;
      first = await window.neighbour(page, 'later');
      page = await window.page({ ...WHOLE_VIEW, ...(first === undefined ? {} : { first }) }, NOTHING_BELOW);
      assertTrue(page);
      assert.ok(part < 100 && (page.first <= at || first === undefined));
    }
    assert.equal(page.end, 1_000);
  });

  it('shows a small part of its end while much more is read, and then as much as it can', async () => {
    const log = create();
    numbered(log, 60);
    const window = new ConsoleWindow(log, SMALL);
    const page = await window.page(WHOLE_VIEW, { notes: ['[reading]'], isGrowing: true });
    assert.ok(page.bytes.length < 400, `${page.bytes.length} bytes`);
    assert.ok(textOf(page).endsWith('line 59\n[reading]'));
    assert.equal(textOf(await window.page(WHOLE_VIEW, NOTHING_BELOW)).split('\n').length, 60);
  });

  it('is drawn page by page, however many are asked for at once', async () => {
    const log = create();
    numbered(log, 20);
    const window = new ConsoleWindow(log, SMALL);
    const asked = [WHOLE_VIEW, { ...WHOLE_VIEW, first: 5 }, WHOLE_VIEW, { ...WHOLE_VIEW, first: 9 }];
    const pages = await Promise.all(asked.map((view) => window.page(view, NOTHING_BELOW)));
    pages.forEach(assertTrue);
    assert.deepEqual(
      pages.map(({ first }) => first),
      [0, 5, 0, 9],
    );
  });

  it('says which lines are not shown and what to do about them', async () => {
    const log = create();
    numbered(log, 1_000);
    const page = await show(log, { ...WHOLE_VIEW, first: 100 });
    const lines = textOf(page).split('\n');
    assert.equal(
      lines[0],
      '[Lines 1 to 100 are not shown here: Show Earlier Part | Search Whole Console | Open Whole Console as File]',
    );
    assert.match(
      lines.at(-1) ?? '',
      /^\[Lines \d+ to 1,000 are not shown here: Show Later Part \| Go to End]$/,
    );
  });

  it('can be cut to its warnings and errors, which grow', async () => {
    const log = create();
    log.write('start\nWARNING: slow\nstep 1\nERROR: broken\n  because\nstep 2\n');
    const window = new ConsoleWindow(log, SMALL);
    const warnings: ConsoleView = { minLevel: 'warning' };
    const page = await window.page(warnings, NOTHING_BELOW);
    assert.equal(
      textOf(page),
      '[Only warnings and errors: 3 of 6 lines. Show All Lines]\nWARNING: slow\nERROR: broken\n  because',
    );
    assert.deepEqual(
      [1, 2, 3].map((line) => page.lineAt(line)),
      [1, 3, 4],
    );
    assert.equal(page.documentLineOf(2), 2);
    log.write('WARNING: again\n');
    assert.ok(textOf(await window.page(warnings, NOTHING_BELOW)).endsWith('  because\nWARNING: again'));
    assert.equal(
      textOf(await window.page({ minLevel: 'error' }, NOTHING_BELOW)),
      '[Only errors: 2 of 7 lines. Show All Lines]\nERROR: broken\n  because',
    );
  });

  it('has the unfinished last line too, in every view and in the file', async () => {
    const log = create();
    log.write('step 1\nTraceback (most recent call last):\n  File "a.py", line 1\nValueError: no data');
    assert.ok((await shownText(log)).endsWith('\nValueError: no data'));
    const page = await show(log, { minLevel: 'error' });
    assert.ok(textOf(page).startsWith('[Only errors: 3 of 4 lines.'), textOf(page));
    assert.ok(textOf(page).endsWith('\nValueError: no data'));
    assert.equal(page.lineAt(3), 3);
    const file = await log.wholeFile();
    assert.ok(readFileSync(file, 'utf8').endsWith('line 1\nValueError: no data'));
    log.write('\rnot so\nend\n');
    await log.spool.flush();
    assert.ok(readFileSync(file, 'utf8').endsWith('line 1\nnot so\nend\n'));
    log.write('step 2');
    assert.ok(
      (await shownText(log, { minLevel: 'warning' })).startsWith('[Only warnings and errors: 3 of 6'),
    );
  });

  it('leaves out the oldest lines of a level when there are too many, and says how many', async () => {
    const log = create();
    for (let line = 0; line < 100; line += 1) {
      log.write(`ERROR ${line}\n`);
    }
    const [note = '', ...lines] = (await shownText(log, { minLevel: 'error' })).split('\n');
    assert.equal(lines.at(-1), 'ERROR 99');
    assert.ok(note.includes(`The ${100 - lines.length} oldest are left out.`), note);
  });

  it('begins again after a reset, and its files go with it', async () => {
    const log = create();
    log.write('\x1b[1mold\n');
    await log.spool.flush();
    const { textFile } = log.spool;
    assert.equal(readFileSync(textFile, 'utf8'), 'old\n');
    log.restart();
    assert.equal(log.isEmpty, true);
    log.write('new');
    assert.equal(await shownText(log), 'new');
    await log.dispose();
    assert.equal(existsSync(log.spool.textFile), false);
  });

  it('removes what a window that is gone left behind', async () => {
    const left = path.join(folder, '999999999-abc', '1');
    mkdirSync(left, { recursive: true });
    const folders = new ConsoleFolders(folder);
    const kept = folders.next();
    mkdirSync(kept, { recursive: true });
    await folders.cleaned;
    assert.deepEqual(readdirSync(folder), [path.basename(path.dirname(kept))]);
    folders.dispose();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('holds 60 MB in no more memory than 15 MB, takes work in proportion, and reads only what is new', async () => {
    const line = `2026-01-01 INFO step loss=0.123456 ${'x'.repeat(60)}\n`;
    const chunk = line.repeat(500);
    const fill = async (megabytes: number) => {
      const log = create();
      const window = new ConsoleWindow(log);
      const before = heldBytes();
      const startedAt = process.cpuUsage();
      for (let bytes = 0; bytes < megabytes * 1_000_000; bytes += chunk.length) {
        log.write(chunk);
        if (log.spool.isFull) {
          await log.spool.flush();
        }
      }
      const page = await window.page(WHOLE_VIEW, NOTHING_BELOW);
      const { user, system } = process.cpuUsage(startedAt);
      const tookMs = (user + system) / 1_000;
      assert.ok(textOf(page).length <= 8_100_000);
      return { log, window, page, tookMs, heldBytes: heldBytes() - before };
    };
    await fill(2);
    const small = await fill(15);
    const large = await fill(60);
    for (const filled of [small, large]) {
      assert.equal(await bytesReadToRedraw(filled, line), line.length * REDRAWS);
    }
    assert.equal(large.log.spool.byteCount >= 60_000_000, true);
    assert.ok(textOf(large.page).endsWith(line.trimEnd()));
    assert.ok(
      large.heldBytes < small.heldBytes + 12_000_000,
      `${large.heldBytes} bytes held for 60 MB, ${small.heldBytes} for 15 MB`,
    );
    assert.ok(
      large.tookMs < small.tookMs * 12,
      `${Math.round(large.tookMs)} ms for 60 MB, ${Math.round(small.tookMs)} for 15 MB`,
    );
  });
});

const REDRAWS = 9;

/** What is read from disk while a console grows by a line, and is drawn anew, so many times. */
async function bytesReadToRedraw(
  { log, window }: { readonly log: ConsoleLog; readonly window: ConsoleWindow },
  line: string,
): Promise<number> {
  const { spool } = log;
  const readBytes = spool.readBytes.bind(spool);
  let read = 0;
  spool.readBytes = async (first, end) => {
    const bytes = await readBytes(first, end);
    read += bytes.length;
    return bytes;
  };
  for (let redraw = 0; redraw < REDRAWS; redraw += 1) {
    log.write(line);
    await window.page(WHOLE_VIEW, NOTHING_BELOW);
  }
  return read;
}
