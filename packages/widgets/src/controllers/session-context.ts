import { createContext } from '@lit/context';
import type { StreamHub } from '../data/stream-hub.ts';
import type { WidgetClient } from '../data/widget-client.ts';
import type { Lang } from '../locales/languages.ts';

/** What `<crmbet-session>` gives to the elements inside it. A new value means that something changed. */
export type SessionValue = {
  client: WidgetClient;
  stream: StreamHub;
  lang: Lang;
  /** Whether the member of staff may do it; true where the session's server did not say. */
  may(scope: string): boolean;
};

export const sessionContext = createContext<SessionValue | undefined>(Symbol.for('crmbet-session'));
