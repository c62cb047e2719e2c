import { documentAddress, keyOfAddress, type DocumentAddress } from '../../core/document-address';
import type { TaskRef } from '../../core/task-ref';

/** Where a task's console is: `<name>.log` in the folders that lead to the task. */
export function consoleAddress(ref: TaskRef, folders: readonly string[], taskName: string): DocumentAddress {
  const name = /^[.\s]*$/.test(taskName) ? 'console' : taskName;
  return documentAddress(folders, `${name}.log`, [ref.connectionId, ref.taskId]);
}

/** The task whose console is at this address; undefined for any other address. */
export function taskOfConsole(address: { readonly query: string }): TaskRef | undefined {
  const [connectionId = '', taskId = '', ...rest] = keyOfAddress(address);
  return connectionId === '' || taskId === '' || rest.length > 0 ? undefined : { connectionId, taskId };
}
