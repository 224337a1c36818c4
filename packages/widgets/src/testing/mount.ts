import { CRMBet } from '@crmbet/sdk';
import type { WidgetClient } from '../data/widget-client.ts';
import type { SessionElement } from '../elements/session/session.ts';
import { createFixtureGateway, type FixtureGateway, type FixtureOptions } from './fixture-gateway.ts';

/** When the fixture's data ends: the charts of the elements end today. */
export const fixtureGateway = (options: FixtureOptions = {}): FixtureGateway =>
  createFixtureGateway({ players: 1200, ...options });

export type Handler = (request: Request) => Promise<Response>;

/** The real client, its calls answered by a handler in memory. It does not wait between tries. */
export function clientOf(handler: Handler): WidgetClient {
  return new CRMBet({
    baseUrl: 'http://gateway.invalid',
    fetchSession: async () => ({ token: 'fixture', expiresAt: new Date(Date.now() + 600_000).toISOString() }),
    maxRetries: 0,
    fetch: (url, init) => handler(new Request(url, init)),
  });
}

export type Mounted<E extends HTMLElement> = { session: SessionElement; element: E };

/** Puts an element into a session on the page, and gives both. */
export function mount<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { client, lang = 'en', theme = 'light', attributes = {} }: MountOptions = {},
): Mounted<HTMLElementTagNameMap[Tag]> {
  const session = document.createElement('crmbet-session');
  session.lang = lang;
  session.dataset.theme = theme;
  if (client !== undefined) session.client = client;
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  session.append(element);
  document.body.append(session);
  return { session, element };
}

export type MountOptions = {
  client?: WidgetClient | undefined;
  lang?: string;
  theme?: 'light' | 'dark';
  attributes?: Record<string, string>;
};

/** Takes everything off the page. */
export const unmount = (): void => document.body.replaceChildren();

/** What an element shows inside, or fails loudly. */
export function inside(element: Element, selector: string): HTMLElement {
  const found = element.shadowRoot?.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`${element.localName} shows no ${selector}`);
  return found;
}

export const all = (element: Element, selector: string): Element[] => [
  ...(element.shadowRoot?.querySelectorAll(selector) ?? []),
];

/** Text and the names that assistive technology reads, without what only machines read. */
export function said(element: Element): string {
  const parts = [...(element.shadowRoot?.querySelectorAll('*') ?? [])].flatMap((each) => [
    each.getAttribute('aria-label') ?? '',
    each.getAttribute('placeholder') ?? '',
    ...[...each.childNodes].filter((node) => node instanceof Text).map((node) => node.data),
  ]);
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n');
}
