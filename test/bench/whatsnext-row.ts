import http from 'node:http';
import { WhatsNextBackend } from '../../src/backends/whatsnext/whatsnext-backend';
import type { DependencyGraph } from '../../src/core/dependency-graph';
import { layoutGraph } from '../../src/core/graph-layout';
import { silentLogger } from '../../src/core/logger';
import { FakeWhatsNext } from '../fakes/whatsnext/fake-server';
import { seedManyJobs } from '../fakes/whatsnext/seed-jobs';
import { percentile, tidy, type BenchRow, type Figures } from './bench-row';

const JOBS = 2_000;
const PAGE = 100;
const TRIES = 5;
/** As many as the backend has under way at once. */
const WIDTH = 8;
/** About what the panel gives a node, in pixels. */
const SIZES = { width: 180, height: 44, columnGap: 64, rowGap: 16 };
const never = new AbortController().signal;

/** One try, in milliseconds. `…Server…`: the same requests once more, without Trackside. */
interface Try {
  readonly treeMs: number;
  readonly treeServerMs: number;
  readonly graphDrawnMs: number;
  readonly graphMs: number;
  readonly graphServerMs: number;
}

/** What a tree and a graph ask of a project with a chain of 500 jobs and 1,000 that wait for one, and what it costs. */
export const whatsNextRow: BenchRow = {
  id: 'whatsNext',
  title: `A WhatsNext project of ${JOBS.toLocaleString('en')} jobs`,
  budget: 'tree < 300 ms plus the server’s own time; graph drawn < 1 s',
  async run(): Promise<Figures> {
    const fake = await FakeWhatsNext.start({ personality: 'real', isDefective: false });
    try {
      seedManyJobs(fake.world, JOBS);
      const tries: Try[] = [];
      for (let count = 0; count < TRIES; count += 1) {
        tries.push(await measure(fake));
      }
      const median = (of: (one: Try) => number): number => tidy(percentile(tries.map(of), 0.5));
      return {
        treeMs: median(({ treeMs }) => treeMs),
        treeWithoutServerMs: median(({ treeMs, treeServerMs }) => treeMs - treeServerMs),
        graphDrawnMs: median(({ graphDrawnMs }) => graphDrawnMs),
        graphMs: median(({ graphMs }) => graphMs),
        graphWithoutServerMs: median(({ graphMs, graphServerMs }) => graphMs - graphServerMs),
        samples: tries.length,
      };
    } finally {
      await fake.stop();
    }
  },
};

async function measure(fake: FakeWhatsNext): Promise<Try> {
  const [project] = fake.world.projects.keys();
  const projectId = String(project);
  const tree = await timed(fake, async (backend) => {
    await backend.listProjects(never);
    const { items } = await backend.listTasks({ projectId }, { size: PAGE }, never);
    if (items.length !== PAGE) {
      throw new Error(`The first page holds ${items.length} tasks instead of ${PAGE}.`);
    }
  });
  let graphDrawnMs: number | undefined;
  const graph = await timed(fake, async (backend) => {
    const startedAt = performance.now();
    const draw = (part: DependencyGraph): void => {
      layoutGraph(part, SIZES);
      graphDrawnMs ??= performance.now() - startedAt;
    };
    draw(await backend.dependencies.read({ kind: 'project', projectId }, never, draw));
  });
  return {
    treeMs: tree.wholeMs,
    treeServerMs: tree.serverMs,
    graphDrawnMs: graphDrawnMs ?? graph.wholeMs,
    graphMs: graph.wholeMs,
    graphServerMs: graph.serverMs,
  };
}

/** With a backend that knows nothing yet. */
async function timed(
  fake: FakeWhatsNext,
  work: (backend: WhatsNextBackend) => Promise<void>,
): Promise<{ readonly wholeMs: number; readonly serverMs: number }> {
  const backend = new WhatsNextBackend({
    url: fake.url,
    apiKey: () => Promise.resolve(''),
    logger: silentLogger,
    userAgent: 'Trackside-bench',
  });
  try {
    fake.requests.length = 0;
    const startedAt = performance.now();
    await work(backend);
    const wholeMs = performance.now() - startedAt;
    const asked = fake.requests.map((request) => request.replace(/^GET /, ''));
    const againAt = performance.now();
    await askAgain(fake.url, asked);
    return { wholeMs, serverMs: performance.now() - againAt };
  } finally {
    backend.dispose();
  }
}

async function askAgain(url: string, paths: string[]): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: WIDTH });
  const lane = async (): Promise<void> => {
    for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
      await get(`${url}${path}`, agent);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, lane));
  agent.destroy();
}

function get(url: string, agent: http.Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent }, (response) => response.resume().on('end', resolve).on('error', reject))
      .on('error', reject);
  });
}
