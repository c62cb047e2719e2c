import assert from 'node:assert/strict';
import type { ContractState } from './backend-contract';
import { noSignal } from './contract-server';

/** Plots and images, whoever answers. The document knows no call for images. */
export function describeOutputContract(state: () => ContractState): void {
  it('reads the newest of every plot, and older ones when they are asked for', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'with plots' });
    await seed.call('tasks.started', { task: id });
    const figure = (value: number | string): string => `{"data":[{"type":"bar","y":[${value}]}],"layout":{}}`;
    const plot = (variant: string, iter: number, value: number | string): object => ({
      ...{ type: 'plot', task: id, metric: 'confusion', variant, iter },
      plot_str: figure(value),
    });
    await seed.events([plot('val', 1, 1), plot('val', 2, 2), plot('train', 1, 'NaN'), plot('val', 2, 3)]);
    const shown = async (iterations: number): Promise<unknown[]> => {
      const { items } = await backend.plots.list(id, iterations, noSignal());
      return items
        .map(({ metric, variant, iteration, json }) => [metric, variant, iteration, json])
        .sort((a, b) => String(a).localeCompare(String(b)));
    };
    assert.deepEqual(await shown(1), [
      ['confusion', 'train', 1, figure('NaN')],
      ['confusion', 'val', 2, figure(3)],
    ]);
    assert.deepEqual(await shown(5), [
      ['confusion', 'train', 1, figure('NaN')],
      ['confusion', 'val', 1, figure(1)],
      ['confusion', 'val', 2, figure(3)],
    ]);
    assert.deepEqual((await backend.plots.list(await seed.task({ name: 'bare' }), 1, noSignal())).items, []);
  });

  it('reads where the images of the newest iterations are, or says that the server has none', async () => {
    const { backend, seed, server } = state();
    const id = await seed.task({ name: 'with images' });
    await seed.call('tasks.started', { task: id });
    const image = (variant: string, iter: number): object => ({
      ...{ type: 'training_debug_image', task: id, metric: 'debug', variant, iter },
      key: `${variant} ${iter}`,
      url: `https://files.example.com/${variant}%20${iter}.png`,
    });
    await seed.events([image('a', 1), image('a', 2), image('a', 3), image('b', 3)]);
    if (!server.tellsAll) {
      await assert.rejects(backend.images.list(id, 2, noSignal()), { kind: 'notFound' });
      return;
    }
    const { items } = await backend.images.list(id, 2, noSignal());
    assert.deepEqual(items.map(({ iteration, uri }) => `${iteration} ${uri}`).sort(), [
      '2 https://files.example.com/a%202.png',
      '3 https://files.example.com/a%203.png',
      '3 https://files.example.com/b%203.png',
    ]);
  });
}
