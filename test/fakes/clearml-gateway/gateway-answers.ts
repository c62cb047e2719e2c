/** `document`: as the README says. `real`: as the service was seen to behave. */
export type GatewayPersonality = 'document' | 'real';

/** What the stand-in of the gateway sends back. */
export type Answer =
  { readonly status: number; readonly json: unknown } | { readonly status: number; readonly text: string };

export const NO_ROUTE: Answer = { status: 404, json: { detail: 'Not Found' } };
export const good = (json: unknown): Answer => ({ status: 200, json });
export const failed = (detail: string): Answer => ({ status: 500, json: { detail } });
