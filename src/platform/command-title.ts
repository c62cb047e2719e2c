import * as z from 'zod/mini';

const manifest = z.object({
  contributes: z.object({ commands: z.array(z.object({ command: z.string(), title: z.string() })) }),
});

/** The title package.json gives a command, without the `…` that announces a question; the id if there is none. */
export function commandTitle(packageJson: unknown, id: string): string {
  const parsed = manifest.safeParse(packageJson);
  const found = parsed.data?.contributes.commands.find(({ command }) => command === id);
  return found?.title.replace(/\u2026$/, '') ?? id;
}
