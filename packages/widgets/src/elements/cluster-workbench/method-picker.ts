import { html, type TemplateResult } from 'lit';
import type { Formatter } from '../../format/format.ts';
import type { Messages } from '../../locales/en.ts';
import type { Method } from './find-groups.ts';

export const defaultMethod: Method = { algorithm: 'kmeans', k: null };

/** What each begins with, in the order in which they are offered. The names are the same in every language. */
const methods: readonly { name: string; begin: Method }[] = [
  { name: 'K-Means', begin: defaultMethod },
  { name: 'HDBSCAN', begin: { algorithm: 'hdbscan', smallest: 0.02 } },
  { name: 'DBSCAN', begin: { algorithm: 'dbscan', reach: 1.5 } },
];

const leastK = 2;
const mostK = 12;
const numbers = Array.from({ length: mostK - leastK + 1 }, (_, index) => index + leastK);
const shares = [0.005, 0.01, 0.02, 0.05, 0.1];

export type MethodView = {
  method: Method;
  words: Messages;
  format: Formatter;
  disabled: boolean;
  choose(method: Method): void;
};

/** How groups are looked for, and the one thing that each way has to be told. */
export function renderMethod(view: MethodView): TemplateResult {
  const { method, words, disabled, choose } = view;
  return html`<label class="option"><span>${words.workbench.method}</span>
      <select class="method" ?disabled=${disabled}
        @change=${chosen((value) => choose(methods.find(({ name }) => name === value)?.begin ?? defaultMethod))}>
        ${methods.map(
          ({ name, begin }) =>
            html`<option ?selected=${begin.algorithm === method.algorithm}>${name}</option>`,
        )}
      </select>
    </label>
    ${renderSetting(view)}`;
}

function renderSetting({ method, words, format, disabled, choose }: MethodView): TemplateResult {
  const { workbench, clusters } = words;
  if (method.algorithm === 'kmeans') {
    return html`<label class="option count"><span>${clusters.count}</span>
      <select ?disabled=${disabled}
        @change=${chosen((value) => choose({ algorithm: 'kmeans', k: value === '' ? null : Number(value) }))}>
        <option value="" ?selected=${method.k === null}>${workbench.find}</option>
        ${numbers.map((each) => html`<option ?selected=${each === method.k}>${each}</option>`)}
      </select>
    </label>`;
  }
  if (method.algorithm === 'hdbscan') {
    return html`<label class="option smallest"><span>${workbench.smallest}</span>
      <select ?disabled=${disabled}
        @change=${chosen((value) => choose({ algorithm: 'hdbscan', smallest: Number(value) }))}>
        ${shares.map(
          (share) =>
            html`<option value=${share} ?selected=${share === method.smallest}>${format.percent(share, 1)}</option>`,
        )}
      </select>
    </label>`;
  }
  return html`<label class="option reach"><span>${workbench.reach}</span>
    <input type="number" min="0.1" max="20" step="0.1" .value=${String(method.reach)} ?disabled=${disabled}
      @change=${(event: Event) => {
        if (
          event.target instanceof HTMLInputElement &&
          event.target.checkValidity() &&
          event.target.value !== ''
        )
          choose({ algorithm: 'dbscan', reach: event.target.valueAsNumber });
      }} />
  </label>`;
}

const chosen =
  (choose: (value: string) => void) =>
  ({ target }: Event): void => {
    if (target instanceof HTMLSelectElement) choose(target.value);
  };
