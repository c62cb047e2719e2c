import type { BackendKind } from '../../src/backends/contract';
import { FAKE_USER, FakeAiManager } from '../../test/fakes/ai-manager/fake-ai-manager';
import { seedRuns } from '../../test/fakes/ai-manager/seed-runs';
import { FakeGateway } from '../../test/fakes/clearml-gateway/fake-gateway';
import { seedTasks } from '../../test/fakes/clearml-gateway/seed-tasks';
import { FAKE_KEYS, FakeClearMl } from '../../test/fakes/clearml/fake-server';
import { FAKE_ACCOUNT } from '../../test/fakes/kaizen/fake-studio';
import { startSeededStudio } from '../../test/fakes/kaizen/seeded-studio';
import { FakeWhatsNext } from '../../test/fakes/whatsnext/fake-server';
import { seedJobs, seedManyJobs } from '../../test/fakes/whatsnext/seed-jobs';

export interface FakeWish {
  /** As the server was seen to behave, rather than as its document says. */
  readonly isReal: boolean;
  /** 0: any free one. */
  readonly port: number;
  /** Jobs, points or tasks beside the usual ones. */
  readonly size: number;
}

export interface RunningFake {
  readonly url: string;
  /** What signs in there, by the names that "Add Connection" uses. */
  readonly credentials: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const personality = ({ isReal }: FakeWish): 'real' | 'document' => (isReal ? 'real' : 'document');

/** A stand-in for each kind of server, with data in it. */
export const fakeServers: Readonly<Record<BackendKind, (wish: FakeWish) => Promise<RunningFake>>> = {
  clearml: async (wish) => {
    const fake = await FakeClearMl.start(personality(wish), undefined, wish.port);
    const states = ['created', 'queued', 'in_progress', 'stopped', 'completed', 'failed', 'published'];
    const count = Math.max(states.length, wish.size);
    const project = fake.world.project('Examples').id;
    for (let place = 0; place < count; place += 1) {
      const status = states[place % states.length] ?? 'created';
      fake.world.addTask({ name: `task ${place + 1}`, status, project });
    }
    return running(fake, { ...FAKE_KEYS });
  },
  'clearml-gateway': async (wish) => {
    const fake = await FakeGateway.start(personality(wish), '', wish.port);
    seedTasks(fake);
    return running(fake, {});
  },
  whatsnext: async (wish) => {
    const traits = { personality: personality(wish), isDefective: wish.isReal };
    const fake = await FakeWhatsNext.start(traits, wish.port);
    seedJobs(fake.world);
    if (wish.size > 0) {
      seedManyJobs(fake.world, wish.size);
    }
    return running(fake, {});
  },
  'ai-manager': async (wish) => {
    const fake = await FakeAiManager.start(personality(wish), wish.port);
    seedRuns(fake, wish.size);
    return running(fake, { ...FAKE_USER });
  },
  kaizen: async (wish) => running(await startSeededStudio(personality(wish), wish.port), { ...FAKE_ACCOUNT }),
};

function running(
  fake: { readonly url: string; stop(): Promise<void> },
  credentials: Readonly<Record<string, string>>,
): RunningFake {
  return { url: fake.url, credentials, stop: () => fake.stop() };
}
