import assert from 'node:assert/strict';
import { sharedStarts } from '../../../webview-ui/kit/shared-start';

describe('what names of runs begin with alike', () => {
  const shared = (...names: string[]): string[] => {
    const starts = sharedStarts(names);
    return names.map((name) => name.slice(0, starts.get(name) ?? 0));
  };

  it('are whole words of all that begin so, whatever the others are called', () => {
    assert.deepEqual(
      shared(
        'train.py --epochs 15 --lr 0.02',
        'train.py --epochs 15 --hidden 8',
        'train.py',
        'train.py --epochs 15 --lr 0.2',
        'resnet50_imagenet_seed10',
        'resnet50_imagenet_seed1',
      ),
      [
        'train.py --epochs 15 --',
        'train.py --epochs 15 --',
        '',
        'train.py --epochs 15 --',
        'resnet50_imagenet_',
        'resnet50_imagenet_',
      ],
    );
  });

  it('are nothing where they are short, where there is one name, or where a name would be left without end', () => {
    assert.deepEqual(shared('train loss', 'train accuracy'), ['', '']);
    assert.deepEqual(shared('one very long name of a run', 'one very long name of a run'), ['', '']);
    assert.deepEqual(shared('train.py --epochs ', 'train.py --epochs 15'), ['', '']);
    assert.deepEqual(shared(), []);
  });
});
