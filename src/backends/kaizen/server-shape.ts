import * as z from 'zod';
import type { RequestRunner } from '../../client/request-runner';
import { isCancelled } from '../../core/errors';

export const API = 'api/v1';

/** What a server says of itself before anybody has signed in. */
export interface ServerShape {
  /** `server`: calls as the released server has them; `document`: as its planning document has them. */
  readonly dialect: 'server' | 'document' | undefined;
  readonly loginBody: 'json' | 'form' | undefined;
  readonly canRegister: boolean;
  readonly version?: string;
}

const openApi = z.object({
  info: z.object({ title: z.string().catch(''), version: z.string().optional().catch(undefined) }),
  paths: z.record(z.string(), z.record(z.string(), z.unknown()).catch({})),
});
type OpenApi = z.infer<typeof openApi>;

const loginCall = z.object({ requestBody: z.object({ content: z.record(z.string(), z.unknown()) }) });
const rootAnswer = z.object({ name: z.string(), version: z.string().optional().catch(undefined) });

const UNKNOWN: ServerShape = { dialect: undefined, loginBody: undefined, canRegister: false };

/** Reads the server's description of its calls, which needs no account. Undefined where it is no Kaizen Studio. */
export async function recognizeShape(
  runner: RequestRunner,
  signal: AbortSignal,
): Promise<ServerShape | undefined> {
  const described = await readOpenApi(runner, signal);
  const shape = described && shapeOf(described);
  if (shape) {
    return shape;
  }
  return (await readRoot(runner, signal)) ? UNKNOWN : undefined;
}

/** The same for an address that is known to be one: what is not told is found out by asking. */
export async function readShape(runner: RequestRunner, signal: AbortSignal): Promise<ServerShape> {
  const described = await readOpenApi(runner, signal);
  return (described && shapeOf(described)) ?? UNKNOWN;
}

function shapeOf({ info, paths }: OpenApi): ServerShape | undefined {
  const has = (path: string): boolean => paths[`/${API}${path}`] !== undefined;
  if (!has('/pipelines') || !has('/deployments') || !has('/agents')) {
    return undefined;
  }
  const login = loginCall.safeParse(paths[`/${API}/auth/login`]?.['post']);
  const bodies = login.success ? Object.keys(login.data.requestBody.content) : [];
  return {
    dialect:
      has('/executions/start') || has('/gateways') ? 'server' : has('/test/execute') ? 'document' : undefined,
    loginBody: bodies.includes('application/json')
      ? 'json'
      : bodies.includes('application/x-www-form-urlencoded')
        ? 'form'
        : undefined,
    canRegister: has('/auth/register'),
    ...(info.version === undefined ? {} : { version: info.version }),
  };
}

async function readOpenApi(runner: RequestRunner, signal: AbortSignal): Promise<OpenApi | undefined> {
  const parsed = openApi.safeParse(await readOpenly(runner, 'openapi.json', signal));
  return parsed.success ? parsed.data : undefined;
}

async function readRoot(runner: RequestRunner, signal: AbortSignal): Promise<boolean> {
  const parsed = rootAnswer.safeParse(await readOpenly(runner, '', signal));
  return parsed.success && /^Kaizen Studio\b/i.test(parsed.data.name);
}

/** A proxy in front may answer with its own page here, and a server may hide its description. */
async function readOpenly(runner: RequestRunner, path: string, signal: AbortSignal): Promise<unknown> {
  try {
    const call = `GET /${path}`;
    return (await runner.run({ call, path, method: 'GET', accept: 'json', isIdempotent: false, signal }))
      .json;
  } catch (error) {
    if (isCancelled(error)) {
      throw error;
    }
    return undefined;
  }
}
