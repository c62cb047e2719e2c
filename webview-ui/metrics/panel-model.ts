import type { TaskView } from '../../src/features/metrics/panel-contract';
import { CurvesModel } from './curves-model';

/** What a task's live panel shows. */
export class PanelModel extends CurvesModel {
  task: TaskView | undefined;

  override get stepNoun(): string {
    return this.task?.stepNoun ?? super.stepNoun;
  }
}
