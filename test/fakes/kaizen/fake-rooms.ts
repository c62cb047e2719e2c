import { noRoute, type FakeCall } from './fake-answer';
import {
  WORLD_START_MS,
  type FakeAgent,
  type FakePipeline,
  type FakeRun,
  type FakeWorld,
} from './fake-world';

export type FakeRoom = (call: FakeCall) => unknown;

/** What both personalities do alike; each spells its own answers. */
export abstract class FakeRooms {
  /** By the first part of the path. */
  protected abstract readonly rooms: Readonly<Record<string, FakeRoom>>;

  constructor(
    protected readonly world: FakeWorld,
    /** Runs a pipeline to its end. */
    private readonly execute: (run: FakeRun) => Promise<void>,
  ) {}

  async answer(call: FakeCall): Promise<unknown> {
    const room = this.rooms[call.path[0] ?? ''];
    if (room === undefined) {
      throw noRoute();
    }
    return await room(call);
  }

  /** A run of the pipeline that has ended. */
  protected async runNow(pipeline: FakePipeline, given: unknown): Promise<FakeRun> {
    const input = typeof given === 'object' && given !== null ? given : {};
    const run = this.world.addRun(pipeline.id, {
      status: 'running',
      input,
      output: undefined,
      atMs: Date.now(),
    });
    await this.execute(run);
    return run;
  }

  /** `POST /agents/{id}/versions`. */
  protected keepVersion(agent: FakeAgent, changelog: string): object {
    agent.versions.push(changelog);
    return { id: `${agent.id}-v${agent.versions.length}`, version_number: agent.versions.length };
  }

  protected versionsOf({ id, versions }: FakeAgent): (object & { readonly config_snapshot: object })[] {
    return versions.map((changelog, index) => ({
      id: `${id}-v${index + 1}`,
      version_number: index + 1,
      changelog,
      created_at: new Date(WORLD_START_MS + index * 3_600_000).toISOString(),
      config_snapshot: { system_prompt: `Be ${changelog}.`, temperature: index / 2 },
    }));
  }
}
