import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MetricLineParser, type MetricPoint } from '../../../src/core/metric-lines';
import { PROSE_LINES } from './prose-lines';

/** `metric/variant@step=value` of each point; the variant is left out where it repeats the metric. */
function read(...lines: readonly string[]): readonly string[] {
  const parser = new MetricLineParser();
  return lines.flatMap((line) => parser.read(line).map(show));
}

function show({ metric, variant, step, value }: MetricPoint): string {
  return `${metric}${variant === metric ? '' : `|${variant}`}@${step}=${value}`;
}

describe('metric lines', function () {
  this.timeout(20_000);
  const forms: readonly (readonly [string, ...string[]])[] = [
    ['epoch 3 loss=0.41 acc=0.87', 'loss@3=0.41', 'acc@3=0.87'],
    ['loss: 0.41', 'loss@0=0.41'],
    ['loss=0.41', 'loss@0=0.41'],
    ['loss = 4.1e-1', 'loss@0=0.41'],
    ['{"step": 3, "loss": 0.41, "custom": 7}', 'loss@3=0.41', 'custom@3=7'],
    ['{"epoch": 2, "train": {"loss": 0.4}, "val": {"loss": 0.5}}', 'loss|train@2=0.4', 'loss|val@2=0.5'],
    ["{'loss': 0.41, 'epoch': 1.0}", 'loss@1=0.41'],
    [
      "{'loss': nan, 'grad_norm': inf, 'learning_rate': 5e-05, 'epoch': 0.53}",
      'loss@0=NaN',
      'grad_norm@0=Infinity',
      'learning_rate@0=0.00005',
    ],
    [
      "{'eval_loss': 0.3, 'eval_runtime': 12.5, 'best': None, 'ok': True}",
      'loss|eval@0=0.3',
      'runtime|eval@0=12.5',
    ],
    ["{'loss': tensor(0.25, device='cuda:0'), 'acc': np.float64(0.5)}", 'loss@0=0.25', 'acc@0=0.5'],
    ['12/100 [====>....] - ETA: 0s - loss: 0.41 - accuracy: 0.87', 'loss@12=0.41', 'accuracy@12=0.87'],
    [
      '100/100 [==============================] - 2s 15ms/step - loss: 0.41 - val_loss: 0.5',
      'loss@100=0.41',
      'loss|val@100=0.5',
    ],
    [
      '\u001b[1m12/100\u001b[0m'.replace(/\u001b\[\dm/g, '') +
        ' ━━━━━━━━━━━━━━━━━━━━ 0s 5ms/step - accuracy: 0.8 - loss: 0.4',
      'accuracy@12=0.8',
      'loss@12=0.4',
    ],
    ['Epoch 0:  45%|████▌     | 45/100 [00:12<00:15,  3.61it/s, loss=0.31, v_num=0]', 'loss@45=0.31'],
    [
      '100%|██████████| 45/45 [00:12<00:00,  3.61it/s, train_loss=0.31, val_loss=0.4]',
      'loss|train@45=0.31',
      'loss|val@45=0.4',
    ],
    ['[100/1000] loss 0.4', 'loss@100=0.4'],
    ['Train Epoch: 1 [640/60000 (1%)]\tLoss: 2.300039', 'Loss|train@640=2.300039'],
    [
      'Test set: Average loss: 0.0489, Accuracy: 9841/10000 (98%)',
      'loss|test@0=0.0489',
      'Accuracy|test@0=0.9841',
    ],
    [
      'Epoch: [0][  10/5005]\tTime  0.512 ( 0.7)\tData  0.1 ( 0.2)\tLoss 7.1e+00 (7.0e+00)\tAcc@1   0.00 (  0.1)',
      'Loss@10=7.1',
      'Acc@1@10=0',
    ],
    ['step 10 | train loss 0.41 | val loss 0.50', 'loss|train@10=0.41', 'loss|val@10=0.5'],
    ['Epoch 3/10, Train Loss: 0.5, Val Loss: 0.6', 'Loss|train@3=0.5', 'Loss|val@3=0.6'],
    ['iter 100: loss 2.4101, time 123.45ms, mfu 3.20%', 'loss@100=2.4101'],
    ['episode 3 reward: 200', 'reward@3=200'],
    ['epoch=3 phase=train loss=0.4 lr=1e-3', 'loss@3=0.4', 'lr@3=0.001'],
    ['epoch 5 anything=0.25', 'anything@5=0.25'],
    ['global_step: 1200, epoch: 3, loss: 0.5', 'loss@1200=0.5'],
    ['accuracy: 87.5%', 'accuracy@0=87.5'],
    ['train/loss: 0.4', 'loss|train@0=0.4'],
    ['loss/validation=0.4', 'loss|val@0=0.4'],
    ['mAP@0.5: 0.61', 'mAP@0.5@0=0.61'],
    ['[10]\ttrain-rmse:0.512\teval-rmse:0.61', 'rmse|train@10=0.512', 'rmse|eval@10=0.61'],
    ["[10]\ttraining's auc: 0.9\tvalid_1's auc: 0.8", 'auc|train@10=0.9', 'auc|val@10=0.8'],
    ['2024-01-02 10:11:12,123 - INFO - loss: 0.4', 'loss@0=0.4'],
    ['2024-01-02 10:11:12,123 - pkg.train - INFO - Epoch 1 loss: 0.4', 'loss@1=0.4'],
    ['[2024-01-02 10:11:12,123][__main__][INFO] - epoch=3 val_loss=0.4', 'loss|val@3=0.4'],
    ['INFO:root:epoch=3 loss=0.4', 'loss@3=0.4'],
    ['I0102 10:11:12.123456 1234 train.py:33] step=3 loss=0.2', 'loss@3=0.2'],
    ['[rank0]: step=3 loss=0.2', 'loss@3=0.2'],
    ['{"time": 12.3, "level": "info", "loss": 0.3, "other": 5}', 'loss@0=0.3'],
    ['loss=nan', 'loss@0=NaN'],
    ['loss: -inf', 'loss@0=-Infinity'],
    ['loss: +Infinity', 'loss@0=Infinity'],
    ['step=1 loss=1e308', 'loss@1=1e+308'],
    ['step=1 loss=1e999', 'loss@1=Infinity'],
    ['step 2 损失=0.5', '损失@2=0.5'],
  ];

  for (const [line, ...points] of forms) {
    it(`reads ${line.slice(0, 80)}`, () => assert.deepEqual(read(line), points));
  }

  for (const line of PROSE_LINES) {
    it(`is not fooled by ${line.slice(0, 80)}`, () => assert.deepEqual(read(line), []));
  }

  describe('steps', () => {
    it('are counted per series where lines have none', () => {
      assert.deepEqual(read('loss: 1.5', 'acc: 0.5', 'loss: 1.25', 'loss: 1.125'), [
        'loss@0=1.5',
        'acc@0=0.5',
        'loss@1=1.25',
        'loss@2=1.125',
      ]);
    });

    it('may go backwards and repeat', () => {
      assert.deepEqual(read('step 5 loss=1', 'step 3 loss=2', 'step 3 loss=3'), [
        'loss@5=1',
        'loss@3=2',
        'loss@3=3',
      ]);
    });

    it('go on over epochs that count batches from the start', () => {
      const lines = [1, 2].flatMap((epoch) =>
        [0, 1, 2].map((batch) => `epoch ${epoch} batch ${batch}/3 loss=0.5`),
      );
      assert.deepEqual(
        read(...lines),
        [0, 1, 2, 3, 4, 5].map((step) => `loss@${step}=0.5`),
      );
    });

    it('go on over progress bars that start again', () => {
      const bar = (epoch: number, at: number): string =>
        `Epoch ${epoch}:  5%|█ | ${at}/10 [00:01<00:01, 3it/s, loss=0.5]`;
      assert.deepEqual(
        read(bar(0, 5), bar(0, 10), bar(1, 5), bar(1, 10)),
        [5, 10, 15, 20].map((step) => `loss@${step}=0.5`),
      );
      assert.deepEqual(
        read(
          'Epoch 1/2',
          '5/10 [==>...] - loss: 0.5',
          '10/10 [=====] - loss: 0.4',
          'Epoch 2/2',
          '5/10 [==>...] - loss: 0.3',
        ),
        ['loss@5=0.5', 'loss@10=0.4', 'loss@15=0.3'],
      );
    });

    it('are the epochs of headers where there is no bar', () => {
      assert.deepEqual(
        read(
          'Epoch 1/2',
          '100/100 - 1s - loss: 0.5 - val_loss: 0.6',
          'Epoch 2/2',
          '100/100 - 1s - loss: 0.4',
        ),
        ['loss@1=0.5', 'loss|val@1=0.6', 'loss@2=0.4'],
      );
    });

    it('are counted on when several lines share an epoch', () => {
      assert.deepEqual(read('epoch 1 loss=3.5', 'epoch 1 loss=2.5', 'epoch 2 loss=1.5'), [
        'loss@1=3.5',
        'loss@2=2.5',
        'loss@3=1.5',
      ]);
    });

    it('are counted for fractional epochs', () => {
      assert.deepEqual(
        read("{'loss': 0.5, 'epoch': 0.5}", "{'loss': 0.4, 'epoch': 1.0}", "{'loss': 0.3, 'epoch': 1.5}"),
        ['loss@0=0.5', 'loss@1=0.4', 'loss@2=0.3'],
      );
    });
  });

  describe('bad input', () => {
    it('never makes it throw or give an impossible point', () => {
      const piece = fc.oneof(
        fc.constantFrom(
          'epoch',
          'step',
          'loss',
          '=',
          ':',
          ' ',
          '0.5',
          'nan',
          '{',
          '}',
          "'",
          '"',
          '(',
          '[',
          '/',
          '%',
          '-',
          '\t',
          '█',
          'e',
          '\\',
          ',',
        ),
        fc.string({ unit: fc.nat(0x2ff).map((code) => String.fromCharCode(code)) }),
        fc.double().map(String),
      );
      const line = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
      fc.assert(
        fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
          const parser = new MetricLineParser();
          for (const point of lines.flatMap((text) => parser.read(text))) {
            assert.ok(Number.isSafeInteger(point.step) && point.metric !== '' && point.variant !== '');
          }
        }),
        { numRuns: 1_000 },
      );
    });

    it('reads back what a well-behaved script prints', () => {
      const name = fc.stringMatching(/^zq[a-z]{1,6}_loss$/);
      const value = fc.double({ noDefaultInfinity: false }).filter((number) => !Object.is(number, -0));
      fc.assert(
        fc.property(name, value, fc.nat(), (metric, number, step) => {
          const text = Number.isNaN(number) ? 'nan' : String(number).replace('Infinity', 'inf');
          const [plain] = new MetricLineParser().read(`step ${step} ${metric}=${text}`);
          const [python] = new MetricLineParser().read(`{'step': ${step}, '${metric}': ${text}}`);
          assert.deepEqual(plain, python);
          assert.deepEqual([plain?.step, plain?.value], [step, number]);
        }),
      );
    });

    /** Lines that would take a careless expression ages, each made as long as wanted. */
    const hostile: Readonly<Record<string, (length: number) => string>> = {
      'many pairs': (length) => 'loss=0.5 '.repeat(length / 9),
      'one long name': (length) => `loss ${'a'.repeat(length)}`,
      'many names without value': (length) => 'step 1 loss=1 ' + 'a='.repeat(length / 2),
      blanks: (length) => `loss=${' '.repeat(length)}0.5`,
      digits: (length) => `step 1 loss=${'1'.repeat(length)}`,
      'opening brackets': (length) => `loss=0.5 ${'[('.repeat(length / 2)}`,
      'opening braces': (length) => '{"a":'.repeat(length / 5),
      'open quotes': (length) => `{'loss': "${'\\"'.repeat(length / 2)}`,
      'a list of lists': (length) => `{"loss": ${'['.repeat(length)}`,
      'a dictionary': (length) => `{${"'a': 1, ".repeat(length / 8)}'loss': 0.5}`,
      dashes: (length) => `loss=0.5 ${'-'.repeat(length)}`,
      bars: (length) => `loss=0.5 ${'[==='.repeat(length / 4)}`,
      levels: (length) => '[INFO] - '.repeat(length / 9) + 'loss=0.5',
      fillers: (length) => 'train step '.repeat(length / 11) + 'loss=0.5',
    };
    for (const [name, make] of Object.entries(hostile)) {
      it(`takes linear time for ${name}`, () => {
        const short = timeOf(make(20_000));
        const long = timeOf(make(160_000));
        // Eight times the length; quadratic work would take 64 times as long.
        assert.ok(long < 30 * Math.max(short, 5), `${short} ms grew to ${long} ms`);
      });
    }

    it('reads one metric line of 1 MB', () => {
      const line = `step 7 ${Array.from({ length: 60_000 }, (_, index) => `m${index}_loss=0.5`).join(' ')}`;
      assert.ok(line.length > 900_000);
      assert.equal(new MetricLineParser().read(line).length, 60_000);
    });
  });
});

/** Best of three, in milliseconds of processor time, which other processes do not lengthen. */
function timeOf(line: string): number {
  return Math.min(
    ...[1, 2, 3].map(() => {
      const parser = new MetricLineParser();
      const before = process.cpuUsage();
      parser.read(line);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    }),
  );
}
