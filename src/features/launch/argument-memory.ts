import * as z from 'zod';
import type { StateStorage } from '../../platform/contract';

const KEY = 'launch.arguments';
const MAX_FILES = 200;

const memory = z.array(z.object({ script: z.string(), arguments: z.array(z.string()) }));

/** The arguments each script was last launched with, most recent first, kept with the workspace. */
export class ArgumentMemory {
  constructor(private readonly state: StateStorage) {}

  read(script: string): readonly string[] {
    return this.all().find((entry) => entry.script === script)?.arguments ?? [];
  }

  async write(script: string, args: readonly string[]): Promise<void> {
    const others = this.all().filter((entry) => entry.script !== script);
    const entries = args.length === 0 ? others : [{ script, arguments: [...args] }, ...others];
    await this.state.set(KEY, entries.slice(0, MAX_FILES));
  }

  private all(): z.infer<typeof memory> {
    return this.state.get(KEY, (value) => memory.parse(value)) ?? [];
  }
}
