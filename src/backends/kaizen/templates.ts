import * as z from 'zod';
import { TracksideError } from '../../core/errors';
import type { RunTemplate, TemplateRun, TemplateRunOutcome } from '../../core/run-template';
import type { TemplateAbility } from '../contract';
import { agentIdOf, type Agents } from './agents';
import type { Place, Places } from './places';
import { runStatus, type PipelineRecord, type RunRecord } from './records';
import type { StudioCalls } from './studio-calls';
import type { Studio } from './studio';
import { deploymentTaskId, testedStepOf } from './task-mapping';
import type { Tasks } from './tasks';

const inputObject = z.record(z.string(), z.unknown());
const schemaConfig = z.object({
  schema: inputObject.optional().catch(undefined),
  input_schema: inputObject.optional().catch(undefined),
});

/** A pipeline runs with a document; where deployments go, what can be deployed, promoted, decided or rolled back there. */
export class Templates implements TemplateAbility {
  readonly noun = 'pipeline or deployment';
  readonly caution =
    'The server does this for everybody who uses it, and its agents may cost money. It answers when it is done; to stop waiting does not stop it.';
  readonly takesDependencies = false;
  readonly takesPriority = false;

  constructor(
    private readonly studio: Studio,
    private readonly places: Places,
    private readonly tasks: Tasks,
    private readonly agents: Agents,
  ) {}

  async list(projectId: string, signal: AbortSignal): Promise<readonly RunTemplate[]> {
    const agentId = agentIdOf(projectId);
    if (agentId !== undefined) {
      return this.agents.templates(agentId, signal);
    }
    const place = await this.places.require(projectId, signal);
    const calls = await this.studio.calls(signal);
    if (place.kind === 'target') {
      return (await calls.steps(place.target, signal)).map(({ template }) => template);
    }
    return place.pipeline.status === 'archived' ? [] : [await this.ofPipeline(place.pipeline, calls, signal)];
  }

  /** One after another; what came before a failure stays. */
  async run(
    template: RunTemplate,
    runs: readonly TemplateRun[],
    signal: AbortSignal,
  ): Promise<TemplateRunOutcome> {
    const agentId = agentIdOf(template.projectId);
    if (agentId !== undefined) {
      return this.agents.run(agentId, template, runs, signal);
    }
    const place = await this.places.require(template.projectId, signal);
    const created: string[] = [];
    const notes: string[] = [];
    for (const run of runs) {
      const { id, note } =
        place.kind === 'target'
          ? await this.runStep(place, template, run, signal)
          : await this.start(place.pipeline.id, inputOf(run.document), signal);
      created.push(...(id === undefined ? [] : [id]));
      notes.push(...(note === undefined ? [] : [note]));
    }
    return { createdTaskIds: created, ...(notes.length === 0 ? {} : { note: notes.join(' ') }) };
  }

  /** Returns when the run is over. */
  async start(
    pipelineId: string,
    input: unknown,
    signal: AbortSignal,
  ): Promise<{ readonly id: string; readonly note?: string }> {
    const calls = await this.studio.calls(signal);
    this.tasks.outdate(pipelineId);
    const id = await calls.start(pipelineId, input, signal);
    this.tasks.outdate(pipelineId);
    const note = outcomeWords(await this.tasks.readRun(id, signal));
    return { id, ...(note === undefined ? {} : { note }) };
  }

  private async runStep(
    place: Extract<Place, { readonly kind: 'target' }>,
    template: RunTemplate,
    run: TemplateRun,
    signal: AbortSignal,
  ): Promise<{ readonly id?: string; readonly note?: string }> {
    const calls = await this.studio.calls(signal);
    const step = (await calls.steps(place.target, signal)).find((one) => one.template.id === template.id);
    if (step === undefined) {
      throw new TracksideError('conflict', `“${template.name}” is no longer possible.`, 'Refresh.');
    }
    const { deploymentId, note } = await step.run(run.inputs, signal);
    return {
      ...(deploymentId === undefined ? {} : { id: deploymentTaskId(deploymentId) }),
      ...(note === undefined ? {} : { note }),
    };
  }

  private async ofPipeline(
    { id, name, pattern }: PipelineRecord,
    calls: StudioCalls,
    signal: AbortSignal,
  ): Promise<RunTemplate> {
    return {
      id,
      name,
      projectId: id,
      inputs: [],
      takesDocument: true,
      documentSchema: await this.schemaOf(id, calls, signal),
      ...(pattern === undefined ? {} : { description: pattern }),
    };
  }

  /** The server has no field for a schema: what its input step holds as one, else the newest input as an example. */
  private async schemaOf(pipelineId: string, calls: StudioCalls, signal: AbortSignal): Promise<unknown> {
    const { steps } = await calls.graph(pipelineId, signal);
    for (const { type, config } of steps) {
      const { data } = type === 'input' ? schemaConfig.safeParse(config) : { data: undefined };
      const schema = data?.schema ?? data?.input_schema;
      if (schema !== undefined) {
        return schema;
      }
    }
    const runs = (await calls.runs(pipelineId, signal)).filter((run) => testedStepOf(run) === undefined);
    const newest = [...runs]
      .sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
      .find(({ input }) => input !== undefined);
    return { type: 'object', default: newest?.input ?? {} };
  }
}

function inputOf(document: string | undefined): unknown {
  const given: unknown = JSON.parse(document ?? '{}');
  const parsed = inputObject.safeParse(given);
  if (!parsed.success) {
    throw new TracksideError(
      'invalid',
      'The input of a pipeline must be a JSON object.',
      'Write it in braces: {"name": value}.',
    );
  }
  return parsed.data;
}

function outcomeWords(run: RunRecord): string | undefined {
  switch (runStatus(run.status)) {
    case 'completed':
      return undefined;
    case 'failed':
      return `The run failed: ${run.error ?? 'the server gives no reason'}.`;
    default:
      return `The server calls the run ${run.status}.`;
  }
}
