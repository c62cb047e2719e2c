import type * as z from 'zod';
import type { Worker } from '../../core/entities';
import type { WorkerAbility } from '../contract';
import { defined, epochMs } from './map';
import { wireClient } from './schema';
import type { WhatsNextSession } from './session';

/** Registered clients. Nothing on the server says what one of them runs, or for which project. */
export class Workers implements WorkerAbility {
  constructor(private readonly session: WhatsNextSession) {}

  async list(signal: AbortSignal): Promise<readonly Worker[]> {
    const clients = await this.session.all('clients/', { active_only: true }, wireClient, signal);
    return clients.filter(({ is_active }) => is_active !== 0).map(toWorker);
  }

  readonly deactivate = async (workerId: string, signal: AbortSignal): Promise<void> => {
    const path = `clients/${encodeURIComponent(workerId)}/deactivate`;
    await this.session.change('POST', path, undefined, signal);
  };
}

function toWorker(client: z.infer<typeof wireClient>): Worker {
  const { id, name, entity, description, available_cpu: cpus, available_accelerators: accelerators } = client;
  const says = [
    cpus ? `${cpus} CPUs` : undefined,
    accelerators ? `${accelerators} accelerators` : undefined,
    entity ?? undefined,
    description ?? undefined,
  ].filter((part) => part !== undefined && part !== '');
  return {
    id,
    name: name === undefined || name === null || name === '' ? id : name,
    isLocal: false,
    isRunUnknown: true,
    queueNames: [],
    ...defined({
      description: says.length === 0 ? undefined : says.join(' · '),
      lastSeenAt: epochMs(client.last_heartbeat),
    }),
  };
}
