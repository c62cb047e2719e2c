import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  alignedRows,
  changeOf,
  factRows,
  isDifferent,
  markOf,
  metricRows,
  parameterRows,
  rowsByRun,
  rowsWith,
  runsByRow,
  type ComparedEntry,
  type ComparedRow,
  type ComparedValue,
} from '../../../src/core/comparison';
import { axisOf, brushOver, isInBrush, spelledNumber } from '../../../src/core/comparison-axes';
import { withoutTimes } from '../../../src/core/console-times';
import { parseRequirements } from '../../../src/core/requirements';
import { comparisonCsv, markdownReport } from '../../../src/features/compare/comparison-text';
import { makeContent } from './compare-runs';

const value = fc.oneof(
  fc.constant(null),
  fc.constant(undefined),
  fc.double(),
  fc.double().map(String),
  fc.constantFrom('', 'adam', 'sgd', 'NaN', '-inf', '0x10', '1e-3', 'True'),
);
const values = fc.array(value, { minLength: 1, maxLength: 12 });

function row(given: readonly ComparedValue[], over: Partial<ComparedRow> = {}): ComparedRow {
  return { id: 'r', section: 'Args', name: 'lr', format: 'number', values: given, ...over };
}

describe('rows of a comparison', () => {
  it('hold exactly what the runs say', () => {
    const entries = fc.uniqueArray(
      fc.record({
        id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        section: fc.constantFrom('', 'Args', 'General'),
        name: fc.string(),
        value: fc.oneof(fc.string(), fc.double()),
        format: fc.constantFrom('text' as const, 'number' as const),
      }),
      { selector: ({ id }) => id },
    );
    const runs = fc.array(fc.option(entries, { nil: undefined }), { maxLength: 6 });
    fc.assert(
      fc.property(runs, fc.constantFrom('byName' as const, 'asGiven' as const), (given, order) => {
        const rows = alignedRows(given, order);
        assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
        const said = given.flatMap((run, index) => (run ?? []).map((entry) => ({ index, entry })));
        assert.equal(rows.flatMap((each) => each.values.filter(isThere)).length, said.length);
        for (const { index, entry } of said) {
          assert.ok(Object.is(rowOf(rows, entry)?.values[index], entry.value));
        }
        given.forEach((run, index) => {
          assert.ok(rows.every((each) => (each.values[index] === undefined) === (run === undefined)));
        });
      }),
    );
  });

  it('keep the given order of facts, with sections together', () => {
    const fact = (section: string, name: string) => ({ section, name, value: 'x', format: 'text' as const });
    const rows = factRows([
      makeContent({ facts: [fact('Run', 'Status'), fact('Code', 'Commit')] }),
      makeContent({ facts: [fact('Run', 'Worker'), fact('Run', 'Status')] }),
    ]);
    assert.deepEqual(
      rows.map(({ section, name }) => `${section}/${name}`),
      ['Run/Status', 'Run/Worker', 'Code/Commit'],
    );
  });

  it('differ when a known run lacks what another has, and not for runs that are not known', () => {
    assert.equal(isDifferent(row(['1', '1', undefined])), false);
    assert.equal(isDifferent(row(['1', null, undefined])), true);
    assert.equal(isDifferent(row(['0.1', '0.10'])), true);
    assert.equal(isDifferent(row([NaN, NaN])), false);
    assert.equal(isDifferent(row([undefined, undefined])), false);
  });

  it('are told apart from the baseline, and only from it', () => {
    fc.assert(
      fc.property(values, fc.nat(11), fc.nat(11), (given, run, base) => {
        const mark = markOf(row(given), run, base);
        const isComparable = given[run] !== undefined && given[base] !== undefined && run !== base;
        assert.equal(mark === 'none', !isComparable);
        assert.ok(mark === 'none' || (mark === 'same') === Object.is(given[run], given[base]));
      }),
    );
    assert.equal(markOf(row(['1', '2']), 1, undefined), 'none');
  });

  it('tell changes that lead back to the value, and a share only where there is one', () => {
    assert.deepEqual(changeOf(0.75, 0.5), { delta: 0.25, percent: 50 });
    assert.deepEqual(changeOf(-1, -2), { delta: 1, percent: 50 });
    assert.deepEqual(changeOf(3, 0), { delta: 3, percent: null });
    fc.assert(
      fc.property(fc.double(), fc.double(), (a, b) => {
        const change = changeOf(a, b);
        const isFinite = Number.isFinite(a - b);
        assert.equal(change !== undefined, isFinite);
        assert.ok(
          change === undefined ||
            change.percent === null ||
            Math.sign(change.percent) === Math.sign(change.delta),
        );
      }),
    );
    assert.equal(changeOf(NaN, 1), undefined);
    assert.equal(changeOf(null, 1), undefined);
  });

  it('can be put in the order of any run, and runs in the order of any row, with nothing lost', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (given, isDescending) => {
        const places = runsByRow(row(given), isDescending);
        assert.deepEqual(
          places.toSorted((a, b) => a - b),
          given.map((_, index) => index),
        );
        const shown = places.map((place) => given[place]);
        const rank = (held: ComparedValue) =>
          held === undefined ? 3 : held === null ? 2 : Number.isNaN(held) ? 1 : 0;
        assert.ok(shown.every((held, index) => index === 0 || rank(shown[index - 1]) <= rank(held)));
        const rows = given.map((held, index) => row([held], { id: String(index) }));
        assert.deepEqual(
          rowsByRun(rows, 0, undefined, isDescending).map(({ values: [held] }) => held),
          shown,
        );
      }),
    );
  });

  it('are ordered by their change relative to the baseline where there is one', () => {
    const rows = [row([1, 1.1], { id: 'a' }), row([100, 90], { id: 'b' }), row([1, null], { id: 'c' })];
    const ids = (isDescending: boolean) => rowsByRun(rows, 1, 0, isDescending).map(({ id }) => id);
    assert.deepEqual(ids(false), ['b', 'a', 'c']);
    assert.deepEqual(ids(true), ['a', 'b', 'c']);
  });

  it('are found by words in name, section or value', () => {
    const rows = [row(['adam']), row(['3'], { name: 'layers', section: 'model' })];
    assert.equal(rowsWith(rows, 'ADAM args').length, 1);
    assert.equal(rowsWith(rows, 'model/lay').length, 1);
    assert.equal(rowsWith(rows, ' ').length, 2);
    assert.equal(rowsWith(rows, 'adam layers').length, 0);
  });

  it('have a row per series and figure that some run has', () => {
    const rows = metricRows([
      makeContent({ metrics: [{ metric: 'loss', variant: 'val', last: 1, min: 0.5, max: null }] }),
      makeContent({ metrics: [{ metric: 'acc', variant: 'acc', last: NaN, min: null, max: null }] }),
      makeContent({ metrics: null }),
      undefined,
    ]);
    assert.deepEqual(
      rows.map(({ section, name, values: held }) => [`${section} ${name}`, ...held]),
      [
        ['acc (last)', null, NaN, undefined, undefined],
        ['loss val (last)', 1, null, undefined, undefined],
        ['loss val (min)', 0.5, null, undefined, undefined],
      ],
    );
  });

  it('do not mix up parameters whose names only look alike', () => {
    const parameters = [
      { section: 'a', name: 'b/c', value: '1' },
      { section: 'a/b', name: 'c', value: '2' },
    ];
    assert.equal(parameterRows([makeContent({ parameters })]).length, 2);
  });
});

describe('axes of a comparison', () => {
  it('give every run a place or count why not', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (given, wantsLogarithm) => {
        const axis = axisOf(row(given), wantsLogarithm);
        const { missing, notFinite, notPositive } = axis.placeless;
        const placed = axis.positions.filter((position) => position !== null);
        assert.equal(axis.positions.length, given.length);
        assert.equal(placed.length + missing + notFinite + notPositive, given.length);
        assert.ok(placed.every((position) => position >= 0 && position <= 1));
        const isText = given.some((held) => isThere(held) && spelledNumber(held) === undefined);
        assert.equal(axis.kind === 'number', !isText && given.some(isThere));
      }),
    );
  });

  it('hold the widest and the narrowest range of doubles', () => {
    const positions = (...given: readonly number[]) => axisOf(row(given), false).positions;
    assert.deepEqual(positions(-Number.MAX_VALUE, 0, Number.MAX_VALUE), [0, 0.5, 1]);
    assert.deepEqual(positions(-8 * Number.MIN_VALUE, -7 * Number.MIN_VALUE), [0, 1]);
  });

  it('keep the order of numbers, also on a logarithmic axis', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 2 }),
        fc.boolean(),
        (given, wantsLogarithm) => {
          const { positions } = axisOf(row(given), wantsLogarithm);
          given.forEach((a, left) => {
            const [from, to] = [positions[left] ?? null, positions[left + 1] ?? null];
            const b = given[left + 1];
            if (from !== null && to !== null && b !== undefined && a < b) {
              assert.ok(from <= to);
            }
          });
        },
      ),
    );
  });

  it('take NaN and infinities as numbers without a place, and words as categories', () => {
    const axis = axisOf(row(['0.1', 'nan', '-inf', null, '10']), true);
    assert.equal(axis.kind, 'number');
    assert.deepEqual(axis.positions, [0, null, null, null, 1]);
    assert.deepEqual(axis.placeless, { missing: 1, notFinite: 2, notPositive: 0 });
    const words = axisOf(row(['adam', '3', 'sgd']), false);
    assert.deepEqual(words.kind === 'category' ? words.categories : [], ['3', 'adam', 'sgd']);
    assert.deepEqual(words.positions, [0.5, 0, 1]);
  });

  it('are brushed from end to end by exactly the runs that have a place', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (given, wantsLogarithm) => {
        const axis = axisOf(row(given), wantsLogarithm);
        const brush = brushOver(axis, 1, 0);
        axis.positions.forEach((position, run) => {
          assert.equal(isInBrush(given[run], brush), position !== null);
        });
      }),
    );
  });

  it('brush a part by value', () => {
    const axis = axisOf(row([0, 5, 10]), false);
    assert.deepEqual(brushOver(axis, 0.4, 0.6), { id: 'r', kind: 'number', from: 4, to: 6 });
    const words = axisOf(row(['a', 'b', 'c']), false);
    assert.deepEqual(brushOver(words, 0.4, 1), { id: 'r', kind: 'category', names: ['b', 'c'] });
  });
});

describe('texts of a comparison', () => {
  const write = (given: string | number): string => String(given);
  const run = (name: string, problem: string | null = null) => ({
    name,
    connectionLabel: 'Local',
    taskId: 'id-1',
    statusLabel: 'Completed',
    problem,
  });

  it('is a report in which names are only names', () => {
    const report = markdownReport({
      runs: [run('a|b\n# <img src=x>'), run('second', 'gone')],
      baseline: 0,
      tables: [{ title: 'Metrics', rows: [row([0.5, 0.75]), row([1, null], { name: 'x' })], equalCount: 2 }],
      writtenAt: '2026-01-01',
      write,
    });
    assert.match(report, /^\| 1 \| a\\\|b \\# \\<img src\\=x\\> \| Completed \| Local \| id\\-1 \|$/mu);
    assert.match(report, /^\| 2 \| second \| not read: gone \|/mu);
    assert.match(report, /^\| Metrics \| 1 \(baseline\) \| 2 \|$/mu);
    assert.match(report, /^\| Args\/lr \| 0\\\.5 \| 0\\\.75 \(\\\+0\\\.25, \\\+50 %\) \|$/mu);
    assert.match(report, /^\| Args\/x \| 1 \| – \|$/mu);
    assert.match(report, /^2 more are the same in all runs\.$/mu);
  });

  it('is CSV in which nothing is computed and every digit is kept', () => {
    const csv = comparisonCsv(
      [run('=cmd()'), run('b,"c"')],
      [row([0.1 + 0.2, null]), row(['-inf', 'two\nlines']), row([0, undefined], { format: 'moment' })],
    );
    assert.deepEqual(csv.split('\r\n'), [
      `section,name,'=cmd(),"b,""c"""`,
      'Args,lr,0.30000000000000004,',
      `Args,lr,'-inf,"two\nlines"`,
      'Args,lr,1970-01-01T00:00:00.000Z,',
      '',
    ]);
  });

  it('takes packages from requirements as indexes compare them', () => {
    const text = [
      '# Python 3.12',
      'Torch_Vision == 0.20.1',
      'numpy>=1.0,<3 ; python_version > "3.8"  # pinned',
      'my.pkg[extra]==1',
      'git+https://example.com/a.git@main#egg=Some_Thing',
      'https://example.com/x.whl',
      '-r other.txt',
      'plain',
    ].join('\r\n');
    assert.deepEqual(parseRequirements(text), [
      { name: 'torch-vision', version: '0.20.1' },
      { name: 'numpy', version: '>=1.0,<3 ; python_version > "3.8"' },
      { name: 'my-pkg', version: '1' },
      { name: 'some-thing', version: 'git+https://example.com/a.git@main#egg=Some_Thing' },
      { name: 'plain', version: '' },
    ]);
  });

  it('takes time stamps out of console lines and leaves durations', () => {
    const lines: Readonly<Record<string, string>> = {
      '2026-01-02 03:04:05,678 - INFO - epoch 1': 'INFO - epoch 1',
      '[2026-01-02T03:04:05.678Z] loss 0.1': 'loss 0.1',
      '  03:04:05 started': '  started',
      'saved at 2026-01-02 03:04:05+02:00 to x': 'saved at <time> to x',
      '12/100 [00:12<00:34, 3.1it/s]': '12/100 [00:12<00:34, 3.1it/s]',
      'ETA 0:00:12': 'ETA 0:00:12',
      'took 00:00:12 in all': 'took 00:00:12 in all',
      'epoch 2026 of 2027': 'epoch 2026 of 2027',
    };
    for (const [line, expected] of Object.entries(lines)) {
      assert.equal(withoutTimes(line), expected);
    }
  });
});

function isThere(held: ComparedValue): boolean {
  return held !== null && held !== undefined;
}

function rowOf(rows: readonly ComparedRow[], { id }: ComparedEntry): ComparedRow | undefined {
  return rows.find((each) => each.id === id);
}
