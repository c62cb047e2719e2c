import * as z from 'zod/mini';
import type { HostKeys, KeyPair } from '../../backends/backend-entry';
import type { Redactor } from '../../client/redaction';
import type { Dialogs, Secrets } from '../../platform/contract';

const KEY_PREFIX = 'trackside.filesHost.';
const keyPair = z.object({ user: z.string(), password: z.string() });

/**
 * Keys of hosts of files that want others than their server's, one pair per origin. They are in the secret storage and
 * go to that origin only.
 */
export class FilesHostKeys implements HostKeys {
  private readonly known = new Set<string>();

  constructor(
    private readonly secrets: Secrets,
    private readonly dialogs: Pick<Dialogs, 'ask'>,
    private readonly redactor: Redactor,
  ) {}

  async find(origin: string): Promise<KeyPair | undefined> {
    const text = await this.secrets.get(KEY_PREFIX + origin);
    const pair = text === undefined ? undefined : keyPair.safeParse(parsed(text)).data;
    if (pair !== undefined) {
      this.hide(pair.password);
    }
    return pair;
  }

  async ask(origin: string): Promise<KeyPair | undefined> {
    const before = await this.find(origin);
    const unprotected = origin.startsWith('http:')
      ? ' They travel unprotected, since its address is http.'
      : '';
    const user = await this.dialogs.ask({
      title: `${new URL(origin).host}: user name or access key`,
      prompt: `This host of files does not take the server's keys.${unprotected}`,
      ...(before === undefined ? {} : { value: before.user }),
    });
    const password =
      user === undefined
        ? undefined
        : await this.dialogs.ask({
            title: `${new URL(origin).host}: password or secret key`,
            prompt: 'Kept in the secret storage, and sent to this host only',
            isSecret: true,
          });
    return user === undefined || password === undefined ? undefined : { user: user.trim(), password };
  }

  async keep(origin: string, pair: KeyPair): Promise<void> {
    this.hide(pair.password);
    await this.secrets.set(KEY_PREFIX + origin, JSON.stringify(pair));
  }

  private hide(password: string): void {
    if (!this.known.has(password)) {
      this.known.add(password);
      this.redactor.register(password);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
