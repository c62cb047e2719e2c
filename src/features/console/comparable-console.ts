import { chunkSeparator, ConsoleAssembler } from '../../core/console-text';
import { withoutTimes } from '../../core/console-times';
import type { ConnectionSession } from '../../store/contract';
import { consoleAbility } from './console-ability';
import { ShortTurns } from './short-turns';
import { piecesOf } from './text-pieces';

const PAGE_CHUNKS = 500;
/** More than the editor sets side by side in good time. */
const MOST_CHARACTERS = 4_000_000;
const READ_TIMEOUT_MS = 120_000;

/**
 * A task's console as it can be set beside another: without colours and time stamps, each progress bar as it was last.
 * Read from the beginning up to four million characters; the last line says where it was cut.
 */
export async function comparableConsole(session: ConnectionSession, taskId: string): Promise<string> {
  const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
  const ability = await consoleAbility(session, signal);
  const assembler = new ConsoleAssembler();
  const lines: string[] = [];
  let length = 0;
  let isFirst = true;
  const turns = new ShortTurns();
  let cursor: string | undefined;
  for (let hasMore = true; hasMore && length < MOST_CHARACTERS;) {
    const page = await ability.read(taskId, cursor, PAGE_CHUNKS, signal);
    for (const piece of page.chunks.flatMap(({ text }, index) => [
      ...(isFirst && index === 0 ? [] : [chunkSeparator(text)]),
      ...piecesOf(text),
    ])) {
      for (const line of assembler.write(piece)) {
        lines.push(withoutTimes(line.text));
        length += line.text.length + 1;
      }
      if (turns.isOver) {
        await turns.pass();
      }
    }
    isFirst &&= page.chunks.length === 0;
    ({ cursor, hasMore } = page);
  }
  const rest = assembler.hasPending ? [withoutTimes(assembler.pending.text)] : [];
  return `${cut([...lines, ...rest]).join('\n')}\n`;
}

function cut(lines: readonly string[]): readonly string[] {
  let length = 0;
  const end = lines.findIndex((line) => {
    length += line.length + 1;
    return length > MOST_CHARACTERS;
  });
  return end < 0
    ? lines
    : [
        ...lines.slice(0, end),
        `… cut here: only the first ${MOST_CHARACTERS.toLocaleString('en-US')} characters are compared.`,
      ];
}
