import { failed, good, NO_ROUTE, type Answer, type GatewayPersonality } from './gateway-answers';

export interface FakeGatewayModel {
  readonly id: string;
  readonly name: string;
  /** An id. */
  readonly project?: string;
  /** An id. */
  readonly task?: string;
  readonly framework?: string;
  readonly tags?: readonly string[];
}

export interface FakeGatewayDataset {
  readonly id: string;
  readonly name: string;
  /** A name. */
  readonly project?: string;
  readonly version?: string;
  readonly tags?: readonly string[];
  readonly created?: string;
  /** Not finished yet, and so not listed. */
  readonly isOpen?: boolean;
  readonly files: readonly string[];
}

/** Models and datasets behind the gateway. The document knows models only. */
export class FakeCatalog {
  /** Newest first. */
  readonly models: FakeGatewayModel[] = [];
  readonly datasets: FakeGatewayDataset[] = [];

  constructor(private readonly personality: GatewayPersonality) {}

  /** @param parts of the path, decoded. */
  answer(method: string, parts: readonly string[]): Answer {
    const [first = '', id = '', last] = parts;
    const isListed = method === 'GET' && parts.length <= 3;
    if (isListed && first === 'models' && parts.length === 1) {
      return good({ models: this.models.map((model) => this.modelRow(model)) });
    }
    if (!isListed || this.personality === 'document') {
      return NO_ROUTE;
    }
    if (first === 'projects' && last === 'datasets') {
      return failed(
        `Failed to get datasets for project ${id}: Dataset.list_datasets() got an unexpected keyword argument 'project_name'`,
      );
    }
    return first === 'datasets' ? this.datasetAnswer(parts.length, id, last) : NO_ROUTE;
  }

  private datasetAnswer(length: number, id: string, last: string | undefined): Answer {
    if (length === 1) {
      const finished = this.datasets.filter(({ isOpen = false }) => !isOpen);
      return good({ datasets: finished.map((dataset) => listRow(dataset)) });
    }
    if (last === 'versions') {
      return failed(
        "Failed to get dataset versions: Dataset.list_datasets() got an unexpected keyword argument 'dataset_name'",
      );
    }
    const dataset = this.datasets.find((candidate) => candidate.id === id);
    if (dataset === undefined) {
      const what = last === undefined ? 'details' : last;
      return failed(`Failed to get dataset ${what}: Task ID "${id}" could not be found`);
    }
    if (last === undefined) {
      return good({ dataset: { ...listRow(dataset), created: null }, versions: null, metadata: null });
    }
    const files = dataset.files.map((path) => ({ path, name: path.split('/').at(-1) }));
    return last === 'files' ? good({ files }) : NO_ROUTE;
  }

  private modelRow({ id, name, project, task, framework, tags }: FakeGatewayModel): object {
    const at = this.personality === 'document' ? '2024-05-01T10:00:00+00:00' : null;
    return {
      ...{ id, name, project: project ?? null, task: task ?? null },
      ...{ framework: framework ?? null, tags: tags ?? [], created: at, last_update: at },
    };
  }
}

function listRow({ id, name, project, version, tags, created }: FakeGatewayDataset): object {
  return {
    ...{ id, name, project: project ?? null, version: version ?? null, tags: tags ?? [] },
    ...{
      parent: null,
      description: null,
      size: null,
      files_count: null,
      uri: null,
      created: created ?? null,
    },
  };
}
