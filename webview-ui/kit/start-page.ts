import './page.css';
import './popup.css';
import type { Bridge } from './bridge';

/** What a page may say to the editor: a message to its host, and what to keep for it. */
export interface PagePorts<Outgoing, Kept> {
  post(message: Outgoing): void;
  save(state: Kept): void;
}

export interface StartedPage<Incoming> {
  readonly root: HTMLElement;
  receive(message: Incoming): void;
}

/** Shows what `make` makes in place of the empty page, says `ready`, and from then on hands on what the host sends. */
export function startPage<
  Incoming,
  Outgoing,
  Kept,
  Page extends StartedPage<Incoming> = StartedPage<Incoming>,
>(
  bridge: Bridge<Incoming, Outgoing>,
  ready: Outgoing,
  make: (ports: PagePorts<Outgoing, Kept>) => Page,
): Page {
  const page = mountPage(bridge, make);
  bridge.listen((message) => page.receive(message));
  bridge.post(ready);
  return page;
}

/** Shows what `make` makes in place of the empty page. */
export function mountPage<Incoming, Outgoing, Kept, Page extends StartedPage<Incoming>>(
  bridge: Bridge<Incoming, Outgoing>,
  make: (ports: PagePorts<Outgoing, Kept>) => Page,
): Page {
  const page = make({
    post: (message) => bridge.post(message),
    save: (state) => {
      bridge.savedState = state;
    },
  });
  document.querySelector('#app')?.replaceWith(page.root);
  return page;
}
