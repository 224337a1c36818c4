import { html, nothing, type TemplateResult } from 'lit';
import type { Feature } from '../../data/wire.ts';
import { featureName } from '../../format/feature-words.ts';
import type { Messages } from '../../locales/en.ts';

export type PickerView = {
  features: readonly Feature[];
  chosen: ReadonlySet<string>;
  /** What was typed to find some of them. */
  search: string;
  words: Messages;
  disabled: boolean;
  on: { choose(id: string, chosen: boolean): void; search(text: string): void; usual(): void; none(): void };
};

/** `Deposited (90 d)` */
export const featureLabel = ({ id, window }: Feature, words: Messages): string => {
  const span = words.rules.windows[window];
  return `${featureName(id, words)}${span === '' ? '' : ` (${span})`}`;
};

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Features with a box each, those that match what was typed. */
export function renderPicker({ features, chosen, search, words, disabled, on }: PickerView): TemplateResult {
  const { workbench } = words;
  const wanted = plain(search.trim());
  const found = features.filter((feature) => plain(featureLabel(feature, words)).includes(wanted));
  return html`<details class="picker">
    <summary>${workbench.behaviours(chosen.size)}</summary>
    <div class="choose">
      <input type="search" .value=${search} placeholder=${workbench.search} aria-label=${workbench.search}
        @input=${(event: Event) => event.target instanceof HTMLInputElement && on.search(event.target.value)} />
      <button type="button" class="quiet" ?disabled=${disabled} @click=${() => on.usual()}>${workbench.usual}</button>
      <button type="button" class="quiet" ?disabled=${disabled} @click=${() => on.none()}>${workbench.clear}</button>
    </div>
    <fieldset ?disabled=${disabled}>
      <legend class="hidden">${workbench.behavioursLegend}</legend>
      ${found.map(
        (feature) => html`<label class="box">
          <input type="checkbox" .checked=${chosen.has(feature.id)}
            @change=${(event: Event) => event.target instanceof HTMLInputElement && on.choose(feature.id, event.target.checked)} />
          <span>${featureLabel(feature, words)}</span>
        </label>`,
      )}
      ${found.length === 0 ? html`<p class="faint">${workbench.noBehaviour}</p>` : nothing}
    </fieldset>
  </details>`;
}
