import type { Project, Task } from '../../core/entities';
import { isCancelled } from '../../core/errors';
import type {
  ActionAbility,
  Backend,
  DetailAbility,
  Page,
  PageRequest,
  ServerDescription,
  TaskQuery,
} from '../contract';
import type { SeriesAbility } from '../series-contract';
import type { RecordAbility } from '../launch-contract';
import { AiManagerSeries } from './metric-series';
import { AiManagerActions } from './run-actions';
import { readRunDetails } from './run-details';
import { RunChannels } from './run-channels';
import { AiManagerRecording } from './run-recording';
import { AiManagerRuns } from './run-listing';
import { RunSummaries } from './run-summaries';
import { AiManagerSession, type AiManagerOptions } from './session';
import { apiAnswer, userAnswer } from './wire';

/** An AI Manager server: projects, runs and their metrics. It has no queues, workers or console. */
export class AiManagerBackend implements Backend {
  readonly kind = 'ai-manager';
  readonly details: DetailAbility;
  readonly series: SeriesAbility;
  readonly actions: ActionAbility;
  readonly live: RunChannels;
  readonly record: RecordAbility;
  private readonly session: AiManagerSession;
  private readonly runs: AiManagerRuns;
  private description: ServerDescription | undefined;

  constructor(options: AiManagerOptions) {
    const session = new AiManagerSession(options);
    const live = new RunChannels(session);
    const series = new AiManagerSeries(session, (taskId) => live.isRead(taskId));
    const runs = new AiManagerRuns(session);
    this.session = session;
    this.runs = runs;
    this.live = live;
    this.series = series;
    this.actions = new AiManagerActions(session, runs, session.clock);
    this.record = new AiManagerRecording(session, runs, session.clock);
    const summaries = new RunSummaries(session.clock, (id, signal) => series.readSummary(id, signal));
    this.details = { read: (taskId, signal) => readRunDetails(runs, summaries, taskId, signal) };
  }

  async describe(signal: AbortSignal): Promise<ServerDescription> {
    this.description ??= await this.ask(signal);
    return this.description;
  }

  listProjects(signal: AbortSignal): Promise<readonly Project[]> {
    return this.runs.listProjects(signal);
  }

  listTasks(query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>> {
    return this.runs.list(query, page, signal);
  }

  getTasks(ids: readonly string[], signal: AbortSignal): Promise<readonly Task[]> {
    return this.runs.byIds(ids, signal);
  }

  dispose(): void {
    this.live.dispose();
    this.session.dispose();
  }

  private async ask(signal: AbortSignal): Promise<ServerDescription> {
    const { username } = await this.session.read('auth/me', userAnswer, signal);
    const version = await this.readVersion(signal);
    const missing = (name: string, reason: string) => ({ name, isAvailable: false, reason });
    return {
      product: version === undefined ? 'AI Manager' : `AI Manager ${version}`,
      ...(version === undefined ? {} : { version }),
      user: username,
      abilities: [
        { name: 'series', isAvailable: true },
        { name: 'actions', isAvailable: true, reason: 'Ends are marks on the server; no process is told.' },
        missing('queues', 'AI Manager has none.'),
        missing('workers', 'AI Manager has none.'),
        missing('console', 'AI Manager keeps no output.'),
        {
          name: 'launch',
          isAvailable: true,
          reason: 'Scripts run on this machine; the server is told their metrics.',
        },
        {
          name: 'live',
          isAvailable: true,
          reason:
            'What the server says about a run is heard; most say nothing, so it is also asked every few seconds.',
        },
      ],
    };
  }

  private async readVersion(signal: AbortSignal): Promise<string | undefined> {
    try {
      return (await this.session.read('openapi.json', apiAnswer, signal)).info.version ?? undefined;
    } catch (error) {
      if (isCancelled(error)) {
        throw error;
      }
      return undefined;
    }
  }
}
