import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import type { WidgetClient } from '../../data/widget-client.ts';
import type { Rule } from '../../data/wire.ts';
import { SegmentSavedEvent } from '../../events/segment-saved.ts';
import { clusterSentence } from '../../format/feature-words.ts';
import { type RuleContext, ruleWords } from '../../format/rule-words.ts';
import type { RuledCluster } from './page-clustering.ts';

type Saving =
  | { state: 'naming' | 'saving' | 'taken' | 'failed'; name: string }
  | { state: 'saved'; name: string };

export type RulesView = RuleContext & {
  /** Undefined where whoever looks may not make segments. */
  client: WidgetClient | undefined;
};

/** A segment's name is at most 128 letters; a short one reads better in a list. */
const longestName = 80;

/** The rules of clusters in words, and the making of segments of them, inside an element. */
export class ClusterRules {
  readonly #host: LitElement;
  #saving = new Map<number, Saving>();

  constructor(host: LitElement) {
    this.#host = host;
  }

  /** Other clusters have come. */
  forget(): void {
    this.#saving = new Map();
  }

  render(cluster: RuledCluster, view: RulesView): TemplateResult {
    const { workbench } = view.words;
    const { rule, precision, recall, index } = cluster;
    if (rule === null) return html`<p class="rule faint">${workbench.noRule}</p>`;
    return html`<div class="rule" data-rule=${index}>
      <p><span class="faint">${workbench.rule}</span> ${ruleWords(rule, view)}</p>
      <p class="faint">${workbench.fidelity(view.format.percent(precision), view.format.percent(recall))}</p>
      ${view.client === undefined ? nothing : this.#renderSaving(cluster, rule, this.#saving.get(index), view)}
    </div>`;
  }

  #renderSaving(
    cluster: RuledCluster,
    rule: Rule,
    saving: Saving | undefined,
    view: RulesView,
  ): TemplateResult {
    const { workbench, clusters } = view.words;
    const { index } = cluster;
    if (saving === undefined) {
      const name = clusterSentence(cluster.traits, view.words).replace(/\.$/, '').slice(0, longestName);
      return html`<button type="button" class="quiet save" @click=${() => this.#set(index, { state: 'naming', name })}>
        ${workbench.save}</button>`;
    }
    if (saving.state === 'saved')
      return html`<p role="status" class="saved" tabindex="-1">${workbench.saved(saving.name)}</p>`;
    const submit = (event: Event) => {
      event.preventDefault();
      void this.#save(index, rule, saving.name.trim(), view);
    };
    return html`<form @submit=${submit}>
      <label><span class="hidden">${workbench.segmentName}</span>
        <input required maxlength="128" .value=${saving.name} ?disabled=${saving.state === 'saving'}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLInputElement) saving.name = event.target.value;
          }} /></label>
      <button type="submit" ?disabled=${saving.state === 'saving'}>${workbench.save}</button>
      <button type="button" class="quiet" @click=${() => this.#set(index, undefined)}>${clusters.cancel}</button>
      ${
        saving.state === 'taken' || saving.state === 'failed'
          ? html`<p role="alert" class="wrong">${workbench.saveFailures[saving.state]}</p>`
          : nothing
      }
    </form>`;
  }

  async #save(index: number, rule: Rule, name: string, { client }: RulesView): Promise<void> {
    if (client === undefined || name === '') return;
    const before = this.#saving;
    this.#set(index, { state: 'saving', name });
    let after: Saving;
    try {
      const segment = await client.segments.create({ name, rule });
      this.#host.dispatchEvent(new SegmentSavedEvent(segment.id, segment.name));
      after = { state: 'saved', name };
    } catch (error) {
      const code: unknown =
        typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
      after = { state: code === 'name_taken' ? 'taken' : 'failed', name };
    }
    // Unless other clusters came meanwhile.
    if (this.#saving === before) this.#set(index, after);
  }

  /** What was in focus is gone: its successor takes it over, so that the keyboard stays where it was. */
  async #focus(index: number, state: Saving['state'] | undefined): Promise<void> {
    const selector = state === undefined ? '.save' : state === 'saved' ? '.saved' : 'input';
    if (state === 'saving') return;
    await this.#host.updateComplete;
    const next = this.#host.renderRoot.querySelector(`[data-rule="${index}"] ${selector}`);
    if (next instanceof HTMLElement) next.focus();
  }

  #set(index: number, saving: Saving | undefined): void {
    if (saving === undefined) this.#saving.delete(index);
    else this.#saving.set(index, saving);
    this.#host.requestUpdate();
    void this.#focus(index, saving?.state);
  }
}
