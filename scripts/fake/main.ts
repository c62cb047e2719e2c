import { parseArgs } from 'node:util';
import { BACKEND_KINDS, type BackendKind } from '../../src/backends/contract';
import { fakeServers, type FakeWish } from './fake-servers';

const USAGE = `Usage: npm run fake -- ${BACKEND_KINDS.join('|')} [--real] [--port N] [--size N]
  --real   as the server was seen to behave, rather than as its document says
  --size   so many jobs, points or tasks more
It runs until Ctrl-C and prints one line of JSON: its address and what signs in there.`;

function wishOf(argv: readonly string[]): { kind: BackendKind; wish: FakeWish } {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { real: { type: 'boolean' }, port: { type: 'string' }, size: { type: 'string' } },
  });
  const kind = BACKEND_KINDS.find((known) => known === positionals[0]);
  if (kind === undefined || positionals.length !== 1) {
    throw new TypeError(`Name one kind of server: ${BACKEND_KINDS.join(', ')}.`);
  }
  const wish = {
    isReal: values.real === true,
    port: wholeNumber('--port', values.port),
    size: wholeNumber('--size', values.size),
  };
  return { kind, wish };
}

function wholeNumber(flag: string, given: string | undefined): number {
  const value = Number(given ?? '0');
  if (!Number.isInteger(value) || value < 0) {
    throw new TypeError(`${flag} takes a whole number.`);
  }
  return value;
}

async function main(): Promise<void> {
  const { kind, wish } = wishOf(process.argv.slice(2));
  const fake = await fakeServers[kind](wish);
  const { url, credentials } = fake;
  process.stdout.write(`${JSON.stringify({ kind, url, credentials })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void fake.stop());
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
  process.exitCode = 2;
});
