import axe from 'axe-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { StreamMessage } from '../data/wire.ts';
import { languages, messagesOf } from '../locales/languages.ts';
import { all, clientOf, fixtureGateway, inside, mount, said, unmount } from './mount.ts';

export type SuiteCase = {
  tag: keyof HTMLElementTagNameMap;
  attributes?: Record<string, string>;
  /** What only data makes it show. */
  shows: string;
  /** It says a failure in its own way, and needs no retry. */
  mendsItself?: boolean;
};

const gateway = fixtureGateway({ players: 400 });
const broken = async () =>
  new Response(
    JSON.stringify({
      type: 'urn:crmbet:problem:internal',
      title: 'x',
      status: 500,
      code: 'internal',
      requestId: 'req_9',
    }),
    {
      status: 500,
      headers: { 'content-type': 'application/problem+json' },
    },
  );

const entered: StreamMessage = {
  id: 'm-1',
  event: 'segment.entered',
  data: { segment: { id: 's-1', name: 'VIP' }, player: 'p-1', at: '2026-05-05T14:03:00Z' },
};

/** English messages that no other language says the same way. */
const english: string[] = [];
const collect = (table: object, other: object) => {
  for (const [key, value] of Object.entries(table)) {
    const twin: unknown = Reflect.get(other, key);
    if (typeof value === 'object' && typeof twin === 'object' && twin !== null) collect(value, twin);
    else if (typeof value === 'string' && value !== twin && value.length > 4) english.push(value);
  }
};
collect(messagesOf('en'), messagesOf('pt-BR'));

/** What every element promises, whatever it shows. */
export function runElementSuite({ tag, attributes = {}, shows, mendsItself = false }: SuiteCase): void {
  describe(tag, () => {
    afterEach(unmount);
    /** Until it shows data. The feed shows what comes while it listens, so something comes again and again. */
    const filled = (element: Element) =>
      vi.waitFor(() => {
        gateway.tell(entered);
        expect(all(element, shows).length).toBeGreaterThan(0);
      });
    const shown = async (options: { lang?: string; theme?: 'light' | 'dark' } = {}) => {
      const { element, session } = mount(tag, { client: clientOf(gateway), attributes, ...options });
      await filled(element);
      return { element, session };
    };

    it('stands without a session, and fills when it gets one', async () => {
      const { element, session } = mount(tag, { attributes });
      await new Promise(requestAnimationFrame);
      expect(said(element)).not.toBe('');
      expect(all(element, shows)).toEqual([]);
      session.client = clientOf(gateway);
      await filled(element);
    });

    it.skipIf(mendsItself)(
      `says a failure with its request, and tries again when asked${mendsItself ? ' (tries again unasked: nothing to ask)' : ''}`,
      async () => {
        let answers: (request: Request) => Promise<Response> = broken;
        const { element } = mount(tag, { client: clientOf((request) => answers(request)), attributes });
        await vi.waitFor(() => expect(inside(element, '[role=alert]').textContent).toContain('req_9'));
        answers = gateway;
        inside(element, '[role=alert] button').click();
        await vi.waitFor(() => expect(all(element, shows).length).toBeGreaterThan(0));
        expect(all(element, '.failure')).toEqual([]);
      },
    );

    it.each(['light', 'dark'] as const)('is accessible as far as axe can tell, %s', async (theme) => {
      document.documentElement.lang = 'en';
      document.title = 'test';
      const { element } = await shown({ theme });
      document.body.dataset.theme = theme;
      document.body.style.colorScheme = theme;
      document.body.style.background = theme === 'dark' ? '#151b24' : '#ffffff';
      const { violations } = await axe.run(element, { rules: { region: { enabled: false } } });
      const found = violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 120)} ${any.map(({ message }) => message).join(' ')}`).join(' | ')}`,
      );
      document.body.removeAttribute('style');
      expect(found).toEqual([]);
    });

    it.each(languages.filter((lang) => lang !== 'en'))(
      'says nothing in English when it speaks %s',
      async (lang) => {
        const { element } = await shown({ lang });
        const lines = said(element).split('\n');
        expect(lines.filter((line) => english.includes(line))).toEqual([]);
      },
    );

    it('changes its language without being made anew', async () => {
      const { element, session } = await shown();
      const before = said(element);
      session.lang = 'pt-BR';
      await vi.waitFor(() => expect(said(element)).not.toBe(before));
    });

    it('lets the keyboard reach every control', async () => {
      const { element } = await shown();
      const controls = all(element, 'button:not(:disabled), input, select:not(:disabled), [tabindex="0"]');
      for (const control of controls) {
        if (!(control instanceof HTMLElement) || !control.checkVisibility()) continue;
        control.focus();
        expect(element.shadowRoot?.activeElement, control.outerHTML.slice(0, 80)).toBe(control);
      }
    });

    it('survives being moved', async () => {
      const { element, session } = await shown();
      element.remove();
      session.append(element);
      await filled(element);
    });
  });
}
