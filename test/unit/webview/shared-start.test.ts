import assert from 'node:assert/strict';
import { sharedStart } from '../../../webview-ui/kit/shared-start';

describe('what names of lines begin with alike', () => {
  const shared = (...names: string[]): string => (names[0] ?? '').slice(0, sharedStart(names));

  it('are whole words of all of them', () => {
    assert.equal(
      shared(
        'train.py --epochs 15 --lr 0.02',
        'train.py --epochs 15 --hidden 8',
        'train.py --epochs 15 --lr 0.2',
      ),
      'train.py --epochs 15 --',
    );
    assert.equal(shared('resnet50_imagenet_seed10', 'resnet50_imagenet_seed1'), 'resnet50_imagenet_');
  });

  it('are nothing where they are short, where there is one name, or where a name would be left without end', () => {
    assert.equal(shared('train loss', 'train accuracy'), '');
    assert.equal(shared('one very long name of a run'), '');
    assert.equal(shared('train.py --epochs ', 'train.py --epochs 15'), '');
    assert.equal(shared(), '');
  });
});
