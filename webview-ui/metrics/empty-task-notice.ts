import { isEnded } from '../../src/core/status';
import type { Notice } from './notice-view';
import type { PanelModel } from './panel-model';

/** What a task's panel says while there is not one series. */
export function emptyTaskNotice({ feed, task }: PanelModel): Notice {
  if (feed.phase === 'opening' || task === undefined) {
    return { kind: 'text', title: 'Connecting…', text: '' };
  }
  if (feed.phase === 'reading') {
    return { kind: 'text', title: 'Reading the points…', text: '' };
  }
  if (isEnded(task.status)) {
    const text = 'The run is over. Lines like these in its output become curves:';
    return { kind: 'waiting', title: 'This run reported no metrics', text };
  }
  if (task.status === 'running') {
    const text =
      'What the script reports appears here at once. Lines like these in its output become curves:';
    return { kind: 'waiting', title: 'Waiting for the first points', text };
  }
  const text =
    task.status === 'draft' ? 'Enqueue the task to run it.' : 'Its curves appear here once it runs.';
  return { kind: 'text', title: 'This task has not run yet', text };
}
