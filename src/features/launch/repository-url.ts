/**
 * A remote's address that may be stored with a task: user names and passwords of web addresses are gone, of others
 * the password. `git@host:path` and local paths stay as they are.
 */
export function stripCredentials(remote: string): string {
  const parts = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)@([^/?#]*)(.*)$/is.exec(remote);
  if (parts === null) {
    return remote;
  }
  const [, scheme = '', account = '', host = '', rest = ''] = parts;
  const isWeb = /^https?:/i.test(scheme);
  const user = account.split(':')[0] ?? '';
  return isWeb || user === '' ? `${scheme}${host}${rest}` : `${scheme}${user}@${host}${rest}`;
}

/** Why a typed address must not be stored with a task; undefined for a good one. */
export function addressProblem(typed: string): string | undefined {
  return stripCredentials(typed.trim()) === typed.trim()
    ? undefined
    : 'Leave out user and password: everybody who sees the task could read them.';
}
