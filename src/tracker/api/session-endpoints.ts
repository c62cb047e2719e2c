import * as z from 'zod';
import { TRACKSIDE_PROTOCOL } from '../../backends/clearml/trackside-wire';
import { LONGEST_TOKEN_S } from '../http/authentication';
import type { Endpoint } from '../http/call';
import { API_VERSION, SERVER_VERSION } from '../http/envelope';
import { isoTime, parseObject } from '../json';
import type { TrackerContext } from '../tracker-context';
import { maybeObject, reading, writing } from './endpoint';

/** Signing in, who is signed in, and what the server is. */
export function sessionEndpoints(context: TrackerContext): Endpoint[] {
  return [...authEndpoints(context), ...userEndpoints(context), serverInfo(context)];
}

function authEndpoints({ authentication }: TrackerContext): Endpoint[] {
  const login = z.object({ expiration_sec: z.number().int().min(1).max(LONGEST_TOKEN_S).nullish() });
  const isValid = (authorization: string | undefined): boolean => {
    try {
      authentication.check(authorization);
      return true;
    } catch {
      return false;
    }
  };
  return [
    reading('auth.login', login, ({ expiration_sec }) => ({
      token: authentication.issueToken(expiration_sec ?? undefined),
    })),
    ...['auth.logout', 'login.logout'].map((name) =>
      reading(name, z.object({}), (_input, { authorization }) => {
        authentication.revoke(authorization);
        return {};
      }),
    ),
    {
      ...reading('login.supported_modes', z.object({}), (_input, { authorization }) => ({
        authenticated: isValid(authorization),
        basic: { enabled: false, guest: { enabled: false } },
        sso: {},
        sso_providers: [],
        server_errors: { missed_es_upgrade: false, es_connection_error: false },
      })),
      isOpen: true,
    },
    { ...reading('debug.ping', z.object({}), () => ({ msg: 'ClearML server' })), isOpen: true },
  ];
}

function userEndpoints(context: TrackerContext): Endpoint[] {
  const { userId, userName, companyId, companyName } = context.authentication.identity;
  const user = { id: userId, name: userName };
  const preferences = (): string => context.storage.meta.get('preferences') ?? '{}';
  return [
    reading('users.get_current_user', z.object({}), () => ({
      user: { ...user, created: isoTime(0), role: 'user', company: { id: companyId, name: companyName } },
      getting_started: null,
      settings: { max_download_items: 1000 },
    })),
    ...['users.get_all', 'users.get_all_ex'].map((name) =>
      reading(name, z.object({}), () => ({ users: [user] })),
    ),
    reading('users.get_preferences', z.object({}), () => ({ preferences: parseObject(preferences()) })),
    writing(
      context,
      'users.set_preferences',
      z.object({ preferences: maybeObject }),
      ({ preferences: changes }) => {
        const merged = { ...parseObject(preferences()), ...changes };
        context.storage.meta.set('preferences', JSON.stringify(merged));
        return { updated: 1 };
      },
    ),
  ];
}

function serverInfo({ storage, version }: TrackerContext): Endpoint {
  return reading('server.info', z.object({}), () => ({
    version: SERVER_VERSION,
    build: 'trackside',
    commit: '',
    api_version: API_VERSION,
    trackside: { protocol: TRACKSIDE_PROTOCOL, version, notices: [...storage.notices] },
  }));
}
