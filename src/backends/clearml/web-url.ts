import { isAtLeast } from './api-level';

/**
 * Where the web application of an API address is, by the rules that ClearML's own clients use; a server cannot be
 * asked. Undefined when the rules do not say.
 */
export function webBaseOf(apiUrl: string): string | undefined {
  const url = new URL(apiUrl);
  if (/^(demo)?api\./.test(url.hostname)) {
    url.hostname = url.hostname.replace(/^(demo)?api\./, '$1app.');
    return url.origin;
  }
  if (url.port === '8008') {
    url.port = '8080';
    return url.origin;
  }
  if (url.port === '30008') {
    url.port = '30080';
    return url.origin;
  }
  return /\/api\/?$/.test(url.pathname) ? url.origin + url.pathname.replace(/\/api\/?$/, '') : undefined;
}

/** An address of the web as a base, without the slash at its end; undefined for anything else. */
export function baseAddress(text: string): string | undefined {
  const typed = text.trim();
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  return url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
    ? (url.origin + url.pathname).replace(/\/+$/, '')
    : undefined;
}

/** A token never goes without encryption where the API has it. */
export function maySeeToken(api: URL, filesUrl: string): boolean {
  return api.protocol !== 'https:' || filesUrl.startsWith('https:');
}

/** Where the API probably is when a person gave the address of the web application or of the files server. */
export function apiHintOf(url: URL): string | undefined {
  const api = new URL(url.origin);
  const port = API_PORT[api.port];
  if (/^(demo)?(app|files)\./.test(api.hostname)) {
    api.hostname = api.hostname.replace(/^(demo)?(app|files)\./, '$1api.');
  } else if (port !== undefined) {
    api.port = port;
  } else {
    return undefined;
  }
  return api.origin;
}

const API_PORT: Readonly<Record<string, string>> = {
  8080: '8008',
  8081: '8008',
  30080: '30008',
  30081: '30008',
};

/** Where to look for the API when it is not at `address`, best first: beside it, below it, at its usual port. */
export function apiCandidates(address: string): readonly string[] {
  const url = new URL(address);
  const base = (url.origin + url.pathname).replace(/\/+$/, '');
  const usual = new URL(url.origin);
  usual.port = '8008';
  const hint = apiHintOf(url);
  const candidates = [
    ...(hint === undefined ? [] : [hint]),
    `${url.origin}/api`,
    ...(url.port === '' ? [usual.origin] : []),
  ];
  return candidates.filter((candidate) => candidate !== base);
}

/** The task's page. API 2.31 renamed experiments to tasks in the paths. */
export function taskPageUrl(
  webBase: string,
  apiVersion: string | undefined,
  projectId: string | undefined,
  taskId: string,
): string {
  const noun = isAtLeast(apiVersion ?? '2.31', 2, 31) ? 'tasks' : 'experiments';
  const project = projectId === undefined ? '*' : encodeURIComponent(projectId);
  return `${webBase}/projects/${project}/${noun}/${encodeURIComponent(taskId)}/output/execution`;
}

/** The model's page. */
export function modelPageUrl(webBase: string, projectId: string | undefined, modelId: string): string {
  const project = projectId === undefined ? '*' : encodeURIComponent(projectId);
  return `${webBase}/projects/${project}/models/${encodeURIComponent(modelId)}/general`;
}
