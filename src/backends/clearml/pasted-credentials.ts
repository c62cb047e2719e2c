export interface PastedCredentials {
  readonly url?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly webUrl?: string;
  readonly filesUrl?: string;
}

/**
 * Reads what ClearML's settings page offers to copy: the `api { … }` block of clearml.conf, or the `CLEARML_API_…`
 * variables. Line ends may be missing, since input boxes drop them. Undefined when the text is neither.
 */
export function readPastedCredentials(text: string): PastedCredentials | undefined {
  const url = hostIn(text, 'api');
  const accessKey = firstGroup(text, [
    /\baccess_key"?\s*[:=]\s*"([^"]+)"/,
    /\baccess_key"?\s*[:=]\s*([^\s"'},]+)/,
    /\bCLEARML_API_ACCESS_KEY\s*=\s*"?([^\s"']+?)(?=["'\s]|CLEARML_|%env|$)/,
  ]);
  const secretKey = firstGroup(text, [
    /\bsecret_key"?\s*[:=]\s*"([^"]+)"/,
    /\bsecret_key"?\s*[:=]\s*([^\s"'},]+)/,
    /\bCLEARML_API_SECRET_KEY\s*=\s*"?([^\s"']+?)(?=["'\s]|CLEARML_|%env|$)/,
  ]);
  if (accessKey === undefined && secretKey === undefined && (url === undefined || url === text.trim())) {
    return undefined;
  }
  const [webUrl, filesUrl] = [hostIn(text, 'web'), hostIn(text, 'files')];
  return {
    ...(url === undefined ? {} : { url }),
    ...(webUrl === undefined ? {} : { webUrl }),
    ...(filesUrl === undefined ? {} : { filesUrl }),
    ...(accessKey === undefined ? {} : { accessKey }),
    ...(secretKey === undefined ? {} : { secretKey }),
  };
}

/** `api_server: https://…` or `CLEARML_API_HOST=https://…`. */
function hostIn(text: string, name: 'api' | 'web' | 'files'): string | undefined {
  const end = `(?=["'},\\s]|api_server|files_server|web_server|credentials|$)`;
  return firstGroup(text, [
    new RegExp(`\\b${name}_server"?\\s*[:=]?\\s*"?(https?:\\/\\/[^\\s"'},]+?)${end}`, 'i'),
    new RegExp(
      `\\bCLEARML_${name.toUpperCase()}_HOST\\s*=\\s*"?(https?:\\/\\/[^\\s"']+?)(?=["'\\s]|CLEARML_|%env|$)`,
    ),
  ]);
}

function firstGroup(text: string, patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
