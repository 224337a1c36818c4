import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { RegularTableElement } from 'regular-table';
import { clusterColour } from '../../charts/cluster-colour.ts';
import { CRMBetElement } from '../../controllers/crmbet-element.ts';
import type { SessionValue } from '../../controllers/session-context.ts';
import { PageStore } from '../../data/page-store.ts';
import { placeOf } from '../../data/place-of.ts';
import type { PlayersQuery, WidgetClient } from '../../data/widget-client.ts';
import type { PlayerSort, PlayerSummary } from '../../data/wire.ts';
import { FilterChangeEvent } from '../../events/filter-change.ts';
import { PlayerSelectEvent } from '../../events/player-select.ts';
import { shared } from '../../styles/shared.ts';
import { tokens } from '../../styles/tokens.ts';
import { type Column, columns, columnWidths } from './columns.ts';
import { styles } from './players-table.styles.ts';

const rowHeight = 38;
/** Rows that are asked for beyond those in view, so that slow scrolling never waits. */
const lookahead = 60;
const searchPauseMs = 250;
/** A walk of more rows than this is worth telling about. */
const longWalk = 300;

const sorts = ['lastActive', 'deposits', 'turnover', 'ggr'] as const satisfies readonly PlayerSort[];
const isSort = (value: string): value is PlayerSort => sorts.some((sort) => sort === value);

/**
 * `<crmbet-players-table>`: all players, however many, in a grid of which only the rows in view exist.
 *
 * Attributes: `segment` (an id), `cluster` (an index of the newest model, from 0), `sort` (`lastActive`, `deposits`,
 * `turnover` or `ggr`), `q` (the start of a player's id), `selected` (a player's id). Fires `crmbet-player-select`,
 * and `crmbet-filter-change` when somebody removes a filter. Give it a height; it is 36rem tall by itself.
 *
 * Register `regular-table` before it, as `register.ts` does.
 *
 * Keys, with the grid in focus: arrows, Page Up and Down, Home, End; Enter or Space chooses.
 */
export class PlayersTableElement extends CRMBetElement {
  static override properties = {
    segment: { reflect: true },
    cluster: { type: Number, reflect: true },
    sort: { reflect: true },
    q: { reflect: true },
    selected: { reflect: true },
    segmentName: { state: true },
  };
  static override styles = [tokens, shared, styles];

  declare segment: string | null;
  declare cluster: number | null;
  declare sort: PlayerSort;
  declare q: string;
  declare selected: string | null;
  declare segmentName: string | undefined;

  #store: PageStore<PlayerSummary> | undefined;
  #client: WidgetClient | undefined;
  /** The session has another client than the rows came from. */
  #stale = false;
  #active = 0;
  #searchTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #resize = new ResizeObserver(() => this.#fit());

  constructor() {
    super();
    this.segment = null;
    this.cluster = null;
    this.sort = 'lastActive';
    this.q = '';
    this.selected = null;
    this.segmentName = undefined;
  }

  /** Reads the list anew from its start. */
  refresh(): void {
    this.#open();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    clearTimeout(this.#searchTimer);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#table !== null) this.#resize.observe(this.#table);
  }

  protected override sessionChanged(value: SessionValue | undefined): void {
    if (value?.client === this.#client) return;
    this.#client = value?.client;
    this.#stale = true;
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const asked: (keyof PlayersTableElement)[] = ['segment', 'cluster', 'sort', 'q'];
    if (changed.has('segment') || this.#stale) void this.#nameSegment();
    if (this.#stale || asked.some((name) => changed.has(name))) this.#open();
  }

  protected override firstUpdated(): void {
    const table = this.#table;
    if (table === null) return;
    table.tabIndex = -1;
    table.setDataListener((x0, y0, x1, y1) => this.#slice(x0, y0, x1, y1));
    table.addStyleListener(() => this.#dress(table));
    this.#resize.observe(table);
  }

  protected override updated(): void {
    if (this.#store?.opened) void this.#table?.draw();
  }

  protected override render(): TemplateResult {
    const store = this.#store;
    const { players } = this.words;
    const covered = store === undefined || !store.opened || store.length === 0;
    return html`
      <div class="tools">
        <h2 class="hidden">${players.title}</h2>
        <input type="search" .value=${this.q} placeholder=${players.search} aria-label=${players.search}
          autocomplete="off" spellcheck="false" @input=${this.#onSearch}>
        <label class="sort"><span>${players.sort}</span>
          <select @change=${this.#onSort}>
            ${sorts.map((sort) => html`<option value=${sort} ?selected=${sort === this.sort}>${players.sorts[sort]}</option>`)}
          </select>
        </label>
        ${this.#renderFilters()}
        <p class="count number" role="status">${this.#count()}</p>
      </div>
      <div class="frame" ?data-covered=${covered}>
        <regular-table @keydown=${this.#onKey} @click=${this.#onClick}></regular-table>
        ${covered ? html`<div class="cover">${this.#renderCover()}</div>` : nothing}
      </div>
      ${
        !covered && store.error !== undefined
          ? html`<div class="late">${this.renderFailure(store.error, () => store.retry())}</div>`
          : nothing
      }`;
  }

  get #table(): RegularTableElement | null {
    const found = this.renderRoot?.querySelector('regular-table');
    // The tag's own class, which whoever registers this element registers first.
    return (found ?? null) as RegularTableElement | null;
  }

  #count(): string {
    const store = this.#store;
    if (store === undefined || !store.opened) return '';
    const { players } = this.words;
    return store.walking && store.length - store.loaded > 0 && this.#behind > longWalk
      ? players.reading(store.loaded, store.length)
      : players.total(store.length);
  }

  #renderCover(): TemplateResult {
    const store = this.#store;
    const { players } = this.words;
    if (store?.error !== undefined) return this.renderFailure(store.error, () => store.retry());
    if (store === undefined || !store.opened) return this.renderLoading();
    const filtered = this.q !== '' || this.segment !== null || this.cluster !== null;
    return this.renderEmpty(filtered ? players.noMatch : players.empty);
  }

  #renderFilters(): TemplateResult | typeof nothing {
    const { players, clusters } = this.words;
    const chip = (
      text: string,
      clear: () => void,
      cluster?: number,
    ) => html`<button type="button" class="chip"
      aria-label=${players.clear(text)} @click=${() => {
        clear();
        this.dispatchEvent(new FilterChangeEvent(this.segment, this.cluster));
      }}>${cluster === undefined ? nothing : html`<span class="swatch" data-cluster=${clusterColour(cluster)}></span>`}${text}<span aria-hidden="true">✕</span></button>`;
    return html`${
      this.segment === null
        ? nothing
        : chip(players.inSegment(this.segmentName ?? '…'), () => {
            this.segment = null;
          })
    }${
      this.cluster === null
        ? nothing
        : chip(
            players.inCluster(clusters.name(this.cluster + 1)),
            () => {
              this.cluster = null;
            },
            this.cluster,
          )
    }`;
  }

  #open(): void {
    this.#stale = false;
    this.#store?.close();
    const client = this.#client;
    this.#active = 0;
    if (client === undefined) {
      this.#store = undefined;
      return;
    }
    const query: PlayersQuery = {
      sort: this.sort,
      ...(this.q === '' ? {} : { q: this.q }),
      ...(this.segment === null ? {} : { segment: this.segment }),
      ...(this.cluster === null ? {} : { cluster: this.cluster }),
    };
    this.#store = new PageStore(
      (cursor, limit) =>
        client.players.list(cursor === null ? { ...query, limit, count: true } : { ...query, limit, cursor }),
      () => this.requestUpdate(),
    );
    this.#store.want(1);
    const table = this.#table;
    if (table !== null) table.scrollTop = 0;
  }

  async #nameSegment(): Promise<void> {
    const { segment } = this;
    this.segmentName = undefined;
    if (segment === null) return;
    try {
      const found = await this.#client?.segments.get(segment);
      if (segment === this.segment) this.segmentName = found?.name;
    } catch {
      // The filter works without its name; the list itself says it when the segment is gone.
    }
  }

  #behind = 0;
  /** The rows that were last asked for: from, to (not included). */
  #span: [from: number, to: number] = [0, 0];

  async #slice(x0: number, y0: number, x1: number, y1: number) {
    const shown = columns.slice(x0, x1);
    const store = this.#store;
    const length = store?.length ?? 0;
    const end = Math.min(y1, length);
    // Asked for nothing, the table only wants to know how large the list is.
    if (y1 > y0) this.#span = [y0, end];
    if (length > 0 && store !== undefined) {
      this.#behind = end - store.loaded;
      store.want(Math.min(end + lookahead, length));
    }
    const rows = Array.from({ length: Math.max(0, end - y0) }, (_, index) => store?.at(y0 + index));
    const { words, format } = this;
    return {
      num_rows: length,
      num_columns: columns.length,
      // Told, not found out: else the scroll bar ends a row too early until the second drawing.
      num_row_headers: 1,
      num_column_headers: 1,
      row_height: rowHeight,
      merge_headers: 'column' as const,
      row_headers: rows.map((row) => [row?.id ?? words.players.pending]),
      column_headers: shown.map(({ key }) => [words.players.columns[key]]),
      data: shown.map((column) =>
        rows.map((row) => (row === undefined ? '' : column.text(row, words, format))),
      ),
    };
  }

  /** After each drawing: what each row and cell is, for assistive technology and for the style sheet. */
  #dress(table: RegularTableElement): void {
    const grid = table.querySelector('table');
    const store = this.#store;
    if (grid === null || store === undefined) return;
    const { words } = this;
    grid.tabIndex = 0;
    setAll(grid, {
      role: 'grid',
      'aria-label': words.players.title,
      'aria-rowcount': String(store.length + 1),
      'aria-colcount': String(columns.length + 1),
    });
    const heads = [...grid.querySelectorAll('thead th')];
    heads.forEach((head, index) => {
      const column = columnOf(table, head);
      head.setAttribute('aria-colindex', String(column === undefined ? 1 : columns.indexOf(column) + 2));
      head.setAttribute('data-col', column?.key ?? 'id');
      head.setAttribute('scope', 'col');
      if (column === undefined && index === 0) {
        const label = head.querySelector('span');
        if (label !== null) label.textContent = words.players.columns.id;
      }
      setOrRemove(head, 'data-sort', column?.sort);
      setOrRemove(head, 'aria-sort', column?.sort === this.sort ? 'descending' : undefined);
    });
    grid.removeAttribute('aria-activedescendant');
    for (const row of grid.querySelectorAll('tbody tr')) {
      const first = row.firstElementChild;
      const y = rowOf(table, first);
      // While it scrolls by parts of a row, regular-table keeps one that it no longer draws.
      const left = y === undefined || y < this.#span[0] || y >= this.#span[1];
      row.toggleAttribute('hidden', left);
      if (left) {
        row.removeAttribute('id');
        row.removeAttribute('aria-rowindex');
        continue;
      }
      const player = store.at(y);
      row.id = `row-${y}`;
      setAll(row, {
        'aria-rowindex': String(y + 2),
        'aria-selected': player !== undefined && player.id === this.selected ? 'true' : 'false',
      });
      row.toggleAttribute('data-active', y === this.#active);
      row.toggleAttribute('data-pending', player === undefined);
      row.toggleAttribute('data-restricted', player?.restricted ?? false);
      if (y === this.#active) grid.setAttribute('aria-activedescendant', row.id);
      for (const cell of row.children) {
        const column = columnOf(table, cell);
        const key = column?.key ?? 'id';
        const cluster = key === 'cluster' && player !== undefined ? placeOf(player)?.cluster : undefined;
        setAll(cell, {
          'data-col': key,
          'aria-colindex': String(column === undefined ? 1 : columns.indexOf(column) + 2),
        });
        setOrRemove(cell, 'scope', key === 'id' ? 'row' : undefined);
        setOrRemove(cell, 'data-cluster', cluster === undefined ? undefined : clusterColour(cluster));
        cell.toggleAttribute(
          'data-negative',
          key === 'ggr' && player !== undefined && player.ggr.amount.startsWith('-'),
        );
        setOrRemove(
          cell,
          'title',
          key === 'lastActive' && player?.lastActiveAt != null
            ? this.format.dateTime(player.lastActiveAt)
            : undefined,
        );
      }
    }
  }

  /** Columns fill the width there is. */
  #fit(): void {
    const table = this.#table;
    if (table === null || table.clientWidth === 0) return;
    table.resetAutoSize();
    table.restoreColumnSizes({ ...columnWidths(table.clientWidth) });
    if (this.#store?.opened) void table.draw();
  }

  #onSearch(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const value = event.target.value.trim();
    clearTimeout(this.#searchTimer);
    this.#searchTimer = setTimeout(() => {
      this.q = value;
    }, searchPauseMs);
  }

  #onSort(event: Event): void {
    if (event.target instanceof HTMLSelectElement && isSort(event.target.value))
      this.sort = event.target.value;
  }

  #onClick(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const sort = event.target.closest('thead th')?.getAttribute('data-sort');
    if (sort != null && isSort(sort)) {
      this.sort = sort;
      return;
    }
    const cell = event.target.closest('tbody td, tbody th');
    const y = rowOf(this.#table, cell);
    if (y === undefined) return;
    this.#active = y;
    this.#choose(y);
  }

  #onKey(event: KeyboardEvent): void {
    const table = this.#table;
    const length = this.#store?.length ?? 0;
    if (table === null || length === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(table.clientHeight / rowHeight) - 2);
    const moves: Partial<Record<string, number>> = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#active = Math.min(Math.max(to, 0), length - 1);
      this.#reveal(table, this.#active);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.#choose(this.#active);
    }
  }

  #choose(y: number): void {
    const player = this.#store?.at(y);
    if (player === undefined) return;
    this.selected = player.id;
    this.dispatchEvent(new PlayerSelectEvent(player.id));
    void this.#table?.draw();
  }

  /** Scrolls as little as brings the row into view. The first row of the view is a linear function of scrollTop. */
  #reveal(table: RegularTableElement, y: number): void {
    const visible = table.clientHeight / rowHeight - 1;
    const hidden = Math.max(0, (this.#store?.length ?? 0) - visible);
    const way = table.scrollHeight - table.clientHeight;
    if (hidden > 0 && way > 0) {
      const first = (table.scrollTop / way) * hidden;
      const wanted = y < first ? y : y + 1 > first + visible ? y + 1 - visible : undefined;
      if (wanted !== undefined) table.scrollTop = (wanted / hidden) * way;
    }
    void table.draw();
  }
}

/** The row of the list that a cell of the body shows. */
function rowOf(table: RegularTableElement | null, cell: Element | null): number | undefined {
  const meta = cell instanceof HTMLElement ? table?.getMeta(cell) : undefined;
  return meta !== undefined && 'y' in meta ? meta.y : undefined;
}

/** The column that a cell shows; undefined for the player's id. */
function columnOf(table: RegularTableElement, cell: Element): Column | undefined {
  const meta = cell instanceof HTMLElement ? table.getMeta(cell) : undefined;
  return meta !== undefined && (meta.type === 'body' || meta.type === 'column_header') && 'x' in meta
    ? columns[meta.x]
    : undefined;
}

function setOrRemove(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else setAll(element, { [name]: value });
}

function setAll(element: Element, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'crmbet-players-table': PlayersTableElement;
  }
}
