import { viewSelection, type ViewSelection, type ViewState } from '../../src/features/metrics/view-contract';
import type { Bridge } from '../kit/bridge';
import { mountPage, type PagePorts, type StartedPage } from '../kit/start-page';

/** So long after the page is loaded, what was sent before may still be on its way. */
const OPENING_WAIT_MS = 100;

/** How the host lets a page of curves begin. */
interface Opening {
  readonly type: 'open' | 'openRuns';
  readonly view: ViewState | null;
  readonly selection: ViewSelection;
}

/**
 * Starts a page that its host tells everything while it loads, so that it draws without asking. It asks, by `ready`,
 * only where nothing came, or something for another selection than the page has kept.
 * @param kept what the page showed before it was loaded again; null for a new one.
 */
export function startCurvesPage<
  Incoming extends { readonly type: string },
  Outgoing,
  Kept,
  Page extends StartedPage<Incoming>,
>(
  bridge: Bridge<Incoming, Outgoing>,
  kept: ViewSelection | null,
  ready: Outgoing,
  make: (ports: PagePorts<Outgoing, Kept>) => Page,
): Page {
  const page = mountPage(bridge, make);
  let isOpen = false;
  bridge.listen((message) => {
    if (!isOpening(message)) {
      // What fails has nothing to do with a selection, and is said where no page can be opened, too.
      if (isOpen || message.type === 'feed') {
        page.receive(message);
      }
    } else if (isOpen || fits(message, kept)) {
      isOpen = true;
      page.receive(kept === null ? message : { ...message, view: null });
    } else {
      bridge.post(ready);
    }
  });
  whenLoaded(() => {
    if (!isOpen) {
      bridge.post(ready);
    }
  });
  return page;
}

function isOpening<Message extends { readonly type: string }>(
  message: Message,
): message is Message & Opening {
  return message.type === 'open' || message.type === 'openRuns';
}

/** However many points a line has: a page that needs more asks for them once its charts have a width. */
function fits({ selection }: Opening, kept: ViewSelection | null): boolean {
  return (
    kept === null ||
    JSON.stringify({ ...selection, maxPoints: kept.maxPoints }) === JSON.stringify(viewSelection.parse(kept))
  );
}

function whenLoaded(run: () => void): void {
  const later = (): void => void setTimeout(run, OPENING_WAIT_MS);
  if (document.readyState === 'complete') {
    later();
  } else {
    window.addEventListener('load', later, { once: true });
  }
}
