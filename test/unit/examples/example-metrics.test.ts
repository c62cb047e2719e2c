import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { repositoryRoot } from '../../../scripts/editor/toolchain';
import { MetricLineParser, type MetricPoint } from '../../../src/core/metric-lines';
import { seriesKey } from '../../../src/core/series';

/** What the example prints, read as Trackside reads it; one entry per series, `metric variant`, in order of appearance. */
function seriesOf(
  script: string,
  ...scriptArguments: readonly string[]
): Map<string, readonly MetricPoint[]> {
  const { status, stdout, stderr } = spawnSync(
    'python3',
    [path.join(repositoryRoot(), 'examples', script), ...scriptArguments],
    { encoding: 'utf8', timeout: 60_000, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } },
  );
  assert.equal(status, 0, stderr);
  const parser = new MetricLineParser();
  const points = stdout.split(/[\r\n]/).flatMap((line) => parser.read(line));
  return new Map(
    [...new Set(points.map(seriesKey))].map((key) => {
      const own = points.filter((point) => seriesKey(point) === key);
      return [`${own[0]?.metric ?? ''} ${own[0]?.variant ?? ''}`, own];
    }),
  );
}

describe('examples', function () {
  this.timeout(60_000);

  it('digits/train.py learns, and prints curves and nothing else that looks like one', () => {
    const series = seriesOf('digits/train.py', '--epochs', '3', '--hidden', '8');
    assert.deepEqual(
      [...series.keys()].sort(),
      ['accuracy train', 'accuracy val', 'loss train', 'loss val', 'lr lr'].sort(),
    );
    const steps = series.get('loss train')?.map(({ step }) => step);
    assert.deepEqual(
      steps,
      Array.from({ length: 27 }, (_, index) => 10 * (index + 1)),
    );
    const accuracy = series.get('accuracy val')?.at(-1)?.value ?? 0;
    assert.ok(accuracy > 0.3 && accuracy < 1, `accuracy after three epochs is ${accuracy}`);
  });

  it('digits/train.py gives the same curves for the same seed', () => {
    const run = () => seriesOf('digits/train.py', '--epochs', '1', '--hidden', '4', '--seed', '7');
    assert.deepEqual(run(), run());
  });

  it('digits/train.py refuses impossible arguments in one sentence', () => {
    const result = spawnSync(
      'python3',
      [path.join(repositoryRoot(), 'examples/digits/train.py'), '--batch-size', '0'],
      { encoding: 'utf8' },
    );
    assert.equal(result.status, 2);
    assert.match(result.stderr, /--batch-size must be 1 or more/);
  });

  it('plain/hello_metrics.py prints every recognised form', () => {
    const series = seriesOf('plain/hello_metrics.py', '--delay', '0');
    const counts = Object.fromEntries([...series].map(([name, points]) => [name, points.length]));
    assert.deepEqual(counts, {
      'loss loss': 40,
      'acc acc': 40,
      'perplexity perplexity': 40,
      'reward reward': 40,
      'entropy entropy': 40,
      'grad_norm grad_norm': 40,
      'learning_rate learning_rate': 40,
      'mse mse': 40,
      'mae mae': 40,
    });
  });
});
