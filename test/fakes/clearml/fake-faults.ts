import type { ServerResponse } from 'node:http';

/** What can go wrong with one answer. */
export type Fault =
  | { readonly kind: 'html'; readonly status?: number }
  | { readonly kind: 'truncatedJson' }
  | { readonly kind: 'cutConnection' }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'envelope'; readonly code: number; readonly subcode: number; readonly text: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'wrongTypes' }
  | { readonly kind: 'data'; readonly data: unknown }
  | { readonly kind: 'oversize'; readonly bytes: number }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'raw'; readonly status: number; readonly contentType: string; readonly body: string };

/** Answers in the way of the fault; `false`: the ordinary answer still follows. */
export async function playFault(fault: Fault, response: ServerResponse): Promise<boolean> {
  switch (fault.kind) {
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      return false;
    case 'hang':
      return true;
    case 'cutConnection':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"meta":');
      setTimeout(() => response.destroy(), 20);
      return true;
    default: {
      const { status, headers, body } = finishedAnswer(fault);
      response.writeHead(status, headers);
      response.end(body);
      return true;
    }
  }
}

type Finished = Exclude<Fault, { kind: 'slow' | 'hang' | 'cutConnection' }>;

function finishedAnswer(fault: Finished): { status: number; headers: Record<string, string>; body: string } {
  const json = { 'content-type': 'application/json' };
  switch (fault.kind) {
    case 'html':
      return {
        status: fault.status ?? 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: '<!doctype html><html><body>Sign in to continue</body></html>',
      };
    case 'truncatedJson':
      return { status: 200, headers: json, body: '{"meta":{"result_code":200},"data":{"tasks":[{"id":"a' };
    case 'status':
      return {
        status: fault.status,
        headers: fault.retryAfter === undefined ? json : { ...json, 'retry-after': fault.retryAfter },
        body: '{}',
      };
    case 'envelope':
      return {
        status: fault.code,
        headers: json,
        body: envelopeText(fault.code, fault.subcode, fault.text, {}),
      };
    case 'wrongTypes':
      return { status: 200, headers: json, body: envelopeText(200, 0, 'OK', { tasks: 'none', projects: 7 }) };
    case 'data':
      return { status: 200, headers: json, body: envelopeText(200, 0, 'OK', fault.data) };
    case 'oversize':
      return { status: 200, headers: json, body: envelopeText(200, 0, 'OK', 'x'.repeat(fault.bytes)) };
    case 'raw':
      return { status: fault.status, headers: { 'content-type': fault.contentType }, body: fault.body };
    case 'redirect':
      return { status: 302, headers: { location: fault.location }, body: '' };
  }
}

/** The real server's envelope, exactly. */
export function envelopeText(code: number, subcode: number, text: string, data: unknown, call = ''): string {
  return JSON.stringify({
    meta: {
      id: 'a1b2',
      trx: 'a1b2',
      endpoint: { name: call, requested_version: '2.34', actual_version: '1.0' },
      result_code: code,
      result_subcode: subcode,
      result_msg: text,
      error_stack: null,
      error_data: {},
    },
    data,
  });
}
