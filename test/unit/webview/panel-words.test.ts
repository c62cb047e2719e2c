import assert from 'node:assert/strict';
import fc from 'fast-check';
import { niceTicks } from '../../../src/core/scale-ticks';
import { seriesKey } from '../../../src/core/series';
import type { Frame } from '../../../src/features/metrics/panel-contract';
import { SeriesEngine } from '../../../src/features/metrics/series-engine';
import { FIRST_SELECTION } from '../../../src/features/metrics/view-contract';
import { makeDelta } from '../metrics/fake-session';
import { contrast, parseColour, readableOn, type Rgb } from '../../../webview-ui/kit/colour';
import { assignStyles } from '../../../webview-ui/kit/line-styles';
import {
  formatDuration,
  formatSpan,
  formatExact,
  formatOffset,
  formatTick,
  formatValue,
} from '../../../webview-ui/metrics/format';
import { fromHeight, nearestIndex, toHeight, valueScale } from '../../../webview-ui/metrics/curve-data';
import { ticksAcross, usualWidth, xLabels } from '../../../webview-ui/metrics/axis-labels';
import { distinctTitles, seriesTitle, valueTitle } from '../../../webview-ui/metrics/series-titles';
import { groupCharts, prefixOf } from '../../../webview-ui/metrics/chart-groups';

describe('numbers in the panel', () => {
  it('are short in legends and exact in read-outs', () => {
    assert.deepEqual([0.123456, 1234567, 12345678, 0.00001234, 0, -3].map(formatValue), [
      '0.12346',
      '1234600',
      '1.235e7',
      '1.234e-5',
      '0',
      '-3',
    ]);
    assert.deepEqual([NaN, Infinity, -Infinity].map(formatValue), ['NaN', '∞', '−∞']);
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (value) => Number(formatExact(value)) === (Object.is(value, -0) ? 0 : value),
      ),
    );
  });

  it('have ticks that differ from their neighbours', () => {
    const label = (step: number) => (value: number) => formatTick(value, step);
    assert.deepEqual([0, 0.2, 0.4].map(label(0.2)), ['0', '0.2', '0.4']);
    assert.deepEqual([1.001, 1.002].map(label(0.001)), ['1.001', '1.002']);
    assert.deepEqual([2e6, 4e6].map(label(2e6)), ['2M', '4M']);
    assert.deepEqual([6.5e6, 6.55e6].map(label(5e4)), ['6.5M', '6.55M']);
    assert.deepEqual([6_543_208, 6_543_210].map(label(2)), ['6,543,208', '6,543,210']);
    assert.deepEqual([2e9, 2.5e9].map(label(5e8)), ['2e9', '2.5e9']);
    assert.deepEqual([2_000_000_001, 2_000_000_002].map(label(1)), ['2,000,000,001', '2,000,000,002']);
    assert.deepEqual([1e-5, 1.002e-5].map(label(2e-8)), ['1e-5', '1.002e-5']);
    assert.deepEqual([1_000, 1_500].map(label(500)), ['1,000', '1,500']);
    const start = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(start, fc.double({ min: -9, max: 12, noNaN: true }), (from, decades) => {
        const span = Math.max(10 ** decades, Math.abs(from) * 1e-9);
        const ticks = niceTicks({ from, to: from + span }, 5);
        const labels = ticks.map(label((ticks[1] ?? span) - (ticks[0] ?? 0)));
        assert.equal(new Set(labels).size, ticks.length, labels.join());
      }),
    );
  });

  it('stand under an x axis without touching, and tell steps apart however far in', () => {
    const from = fc.integer({ min: 0, max: 10_000_000_000 });
    const span = fc.integer({ min: 2, max: 100_000_000 });
    const labels = xLabels('step', 0);
    assert.equal(ticksAcross(labels, { from: 6_543_209, to: 6_543_211 }, 60, usualWidth).length, 1);
    assert.deepEqual(
      ticksAcross(labels, { from: 6_543_207.2, to: 6_543_212.8 }, 270, usualWidth).map(({ label }) => label),
      ['6,543,208', '6,543,210', '6,543,212'],
    );
    fc.assert(
      fc.property(from, span, fc.integer({ min: 60, max: 1_500 }), (start, length, pixels) => {
        const ticks = ticksAcross(labels, { from: start, to: start + length }, pixels, usualWidth);
        assert.ok(ticks.length > 0);
        assert.equal(new Set(ticks.map(({ label }) => label)).size, ticks.length);
        for (const [place, { value, label }] of ticks.slice(1).entries()) {
          const apart = ((value - (ticks[place]?.value ?? NaN)) * pixels) / length;
          assert.ok(apart >= usualWidth(label) || ticks.length <= 2, `${label} ${apart}`);
        }
      }),
    );
  });

  it('are durations in words', () => {
    assert.deepEqual([900, 65_000, 7_620_000, 273_600_000].map(formatDuration), [
      '0 s',
      '1 min 05 s',
      '2 h 07 min',
      '3 d 04 h',
    ]);
    assert.deepEqual([0, 0.2, 120, 1_000, 4_230, 59_960, 65_000].map(formatSpan), [
      '0 s',
      '1 ms',
      '120 ms',
      '1 s',
      '4.2 s',
      '59.9 s',
      '1 min 05 s',
    ]);
    assert.deepEqual(
      [formatOffset(65_000, 5_000), formatOffset(250, 50), formatOffset(3_725_000, 60_000)],
      ['1:05', '0.25 s', '1:02:05'],
    );
  });
});

describe('line styles', () => {
  const backgrounds: readonly Rgb[] = [
    [255, 255, 255],
    [31, 31, 31],
    [0, 0, 0],
  ];

  it('stand out from every background', () => {
    for (const background of backgrounds) {
      const names = Array.from({ length: 7 }, (_, index) => `v${index}`);
      for (const { colour } of assignStyles(names, background).values()) {
        assert.ok(contrast(colour, background) >= 3);
      }
    }
  });

  it('differ within one chart up to 28 lines', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 28 });
    fc.assert(
      fc.property(names, (variants) => {
        const styles = [...assignStyles(variants, [31, 31, 31]).values()].map((style) =>
          JSON.stringify(style),
        );
        assert.equal(new Set(styles).size, variants.length);
      }),
    );
  });

  it('are the same for the same name in another chart, and stay when lines are added', () => {
    const one = assignStyles(['train', 'validation'], [0, 0, 0]);
    const more = assignStyles(['train', 'validation', 'test', 'other'], [0, 0, 0]);
    assert.deepEqual(one.get('train'), more.get('train'));
    assert.deepEqual(one.get('validation'), more.get('validation'));
  });

  it('read the colours that themes use', () => {
    assert.deepEqual(parseColour('#1f1f1f'), [31, 31, 31]);
    assert.deepEqual(parseColour('#fff'), [255, 255, 255]);
    assert.deepEqual(parseColour('rgba(1, 2, 3, 0.5)'), [1, 2, 3]);
    assert.equal(parseColour('var(--x)'), undefined);
    assert.deepEqual(readableOn([10, 10, 10], [0, 0, 0], 1), [10, 10, 10]);
  });
});

describe('heights of values', () => {
  const frameOf = (values: number[]): Frame => {
    const engine = new SeriesEngine();
    engine.ingest('', [makeDelta('loss', 'train', values)]);
    const key = seriesKey({ metric: 'loss', variant: 'train' });
    const [frame] = engine.frames('', [key], FIRST_SELECTION);
    assert.ok(frame !== undefined);
    return frame;
  };

  it('stay finite for the largest doubles', () => {
    const scale = valueScale([frameOf([1e308, -1e308])], false);
    const span = toHeight(1e308, scale) - toHeight(-1e308, scale);
    assert.ok(Number.isFinite(span));
    assert.ok(Math.abs(fromHeight(toHeight(1e308, scale), scale) / 1e308 - 1) < 1e-12);
  });

  it('are gaps where a value has no place', () => {
    const linear = valueScale([frameOf([1])], false);
    const logarithmic = valueScale([frameOf([1])], true);
    assert.deepEqual(
      [NaN, Infinity, -Infinity].map((value) => toHeight(value, linear)),
      [NaN, NaN, NaN],
    );
    assert.deepEqual(
      [0, -1, 100].map((value) => toHeight(value, logarithmic)),
      [NaN, NaN, 2],
    );
  });

  it('are found by the nearest position', () => {
    const xs = Float64Array.of(0, 10, 20);
    assert.deepEqual(
      [-5, 4, 6, 15.1, 99].map((x) => nearestIndex(xs, x)),
      [0, 0, 1, 2, 2],
    );
    assert.equal(nearestIndex(new Float64Array(0), 1), undefined);
  });
});

describe('groups of metrics', () => {
  it('come from the prefix', () => {
    const prefixes = ['loss', 'train/loss', 'train / loss', ':monitor:gpu', '/odd'].map(prefixOf);
    assert.deepEqual(prefixes, ['', 'train', 'train', 'System', '']);
  });

  it('are of two charts at least, pinned ones not among them, but for what the machine did', () => {
    const names = ['lr', 'train/a', 'val / a', ':monitor:gpu', 'train / b', 'test/a', 'test/b', '/odd'];
    const groups = groupCharts(
      names.map((name) => ({ name })),
      ({ name }) => name === 'test/b',
    );
    const words = [...groups].map(([{ name }, group]) => [
      name,
      group.kind === 'prefix' ? group.name : group.kind,
    ]);
    assert.deepEqual(words, [
      ['lr', 'single'],
      ['train/a', 'train'],
      ['val / a', 'single'],
      [':monitor:gpu', 'System'],
      ['train / b', 'train'],
      ['test/a', 'single'],
      ['test/b', 'pinned'],
      ['/odd', 'single'],
    ]);
  });
});

describe('titles of series', () => {
  const keyed = (names: readonly (readonly [string, string])[], titleOf = seriesTitle): unknown => [
    ...distinctTitles(
      names.map(([metric, variant]) => ({ metric, variant })),
      titleOf,
    ),
  ];

  it('are the metric with the variant where that says more', () => {
    assert.deepEqual(
      keyed([
        ['loss', 'train'],
        ['loss', 'train'],
        ['lr', 'lr'],
      ]),
      [
        ['["loss","train"]', 'loss / train'],
        ['["lr","lr"]', 'lr'],
      ],
    );
    assert.deepEqual(
      keyed(
        [
          ['Summary', 'score'],
          ['test', 'score'],
        ],
        valueTitle,
      ),
      [
        ['["Summary","score"]', 'score'],
        ['["test","score"]', 'test / score'],
      ],
    );
  });

  it('are never alike, whatever the names contain', () => {
    const part = fc.constantFrom('a', 'b', 'a / b', 'b / a', 'a / b / a', 'Summary', '');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(part, part), { maxLength: 20 }),
        fc.constantFrom(seriesTitle, valueTitle),
        (names, titleOf) => {
          const titles = distinctTitles(
            names.map(([metric, variant]) => ({ metric, variant })),
            titleOf,
          );
          assert.equal(titles.size, new Set(names.map((name) => JSON.stringify(name))).size);
          assert.equal(new Set(titles.values()).size, titles.size);
        },
      ),
    );
    assert.deepEqual(
      keyed([
        ['a', 'b'],
        ['a / b', 'a / b'],
      ]),
      [
        ['["a","b"]', 'a / b · metric “a”'],
        ['["a / b","a / b"]', 'a / b · metric “a / b”'],
      ],
    );
  });
});
