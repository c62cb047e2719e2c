import type { Project } from '../../core/entities';
import { toTracksideError, TracksideError } from '../../core/errors';
import { knownDefect } from './failure-reading';
import { requireNumber } from './jobs';
import { defined, epochMs } from './map';
import { wireProject, type WireProject } from './schema';
import type { WhatsNextSession } from './session';

/** Both spellings of the filter: the server ignores the document's, and the document does not know the server's. */
const BOTH = ['ACTIVE', 'ARCHIVED'].map((status) => ({ status_filter: status, status }));

export class Projects {
  private names = new Map<number, string>();

  constructor(private readonly session: WhatsNextSession) {}

  async wires(signal: AbortSignal): Promise<readonly WireProject[]> {
    const lists = await Promise.all(
      BOTH.map((query) => this.session.all('projects/', query, wireProject, signal)),
    );
    const found = [...new Map(lists.flat().map((project) => [project.id, project])).values()];
    this.names = uniqueNames(found);
    return found;
  }

  async list(signal: AbortSignal): Promise<readonly Project[]> {
    return (await this.wires(signal)).map((wire) => ({
      id: String(wire.id),
      name: this.nameOf(wire.id) ?? wire.name,
      ...(isArchived(wire) ? { isArchived: true } : {}),
      ...defined({
        description: wire.description === null || wire.description === '' ? undefined : wire.description,
        updatedAt: epochMs(wire.created_at),
      }),
    }));
  }

  /** Known after the first list. */
  nameOf(id: number): string | undefined {
    return this.names.get(id);
  }

  /** Reads names when one is missing. A name is an ornament: its failure fails nothing. */
  async learn(ids: Iterable<number>, signal: AbortSignal): Promise<void> {
    if ([...ids].every((id) => this.names.has(id))) {
      return;
    }
    try {
      await this.wires(signal);
    } catch (error) {
      const { kind, message } = toTracksideError(error);
      if (kind === 'cancelled' || kind === 'unauthorized') {
        throw error;
      }
      this.session.logger.debug(`Names of projects are not known: ${message}`);
    }
  }

  async setArchived(projectId: string, archived: boolean, signal: AbortSignal): Promise<void> {
    const id = requireNumber(projectId, 'project');
    const project = await this.session.get(`projects/${id}`, {}, wireProject, signal);
    const body = {
      name: project.name,
      description: project.description ?? '',
      status: archived ? 'ARCHIVED' : 'ACTIVE',
    };
    try {
      await this.session.change('PUT', `projects/${id}`, body, signal);
    } catch (thrown) {
      const error = toTracksideError(thrown);
      throw error.detail.status === 500
        ? knownDefect(
            archived ? 'archive a project' : 'bring a project back',
            'Nothing was changed. Ask for a newer version of the server, or change it in its database.',
            error,
          )
        : error;
    }
  }
}

function isArchived({ status }: WireProject): boolean {
  return status !== '' && status.toLowerCase() !== 'active';
}

/** Names are not unique on the server, but paths of projects are here; two of a name get their ids beside it. */
function uniqueNames(projects: readonly WireProject[]): Map<number, string> {
  const counts = new Map<string, number>();
  projects.forEach(({ name }) => counts.set(name, (counts.get(name) ?? 0) + 1));
  return new Map(
    projects.map(({ id, name }) => {
      const shown = name.trim() === '' ? `Project ${id}` : name;
      return [id, (counts.get(name) ?? 0) > 1 && shown === name ? `${shown} (${id})` : shown];
    }),
  );
}

/** For templates and new jobs, which an archived project refuses. */
export function archivedError(): TracksideError {
  return new TracksideError(
    'conflict',
    'The project is archived: it has no templates and takes no tasks.',
    'Bring the project back first.',
  );
}
