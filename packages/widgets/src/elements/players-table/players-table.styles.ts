import { css } from 'lit';

export const styles = css`
  :host { display: flex; flex-direction: column; height: 36rem; container-type: inline-size; }
  :host([hidden]) { display: none; }
  .tools { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.75rem; padding-bottom: 0.75rem; }
  .tools input { width: 15rem; max-width: 100%; }
  .sort { display: inline-flex; align-items: center; gap: 0.5rem; color: var(--_muted); }
  .sort select { color: var(--_text); }
  .tools .chip { height: 2rem; }
  .count { margin-inline-start: auto; color: var(--_muted); }
  .frame {
    position: relative; flex: 1; min-height: 8rem; overflow: hidden;
    border: 1px solid var(--_line); border-radius: var(--_radius); background: var(--_bg);
  }
  .cover { position: absolute; inset: 0; display: grid; place-items: center; background: var(--_bg); }
  .late .state { min-height: 0; flex-direction: row; padding: 0.5rem; }

  /* What regular-table needs, and a look of our own instead of its themes. */
  regular-table { position: absolute; inset: 0; overflow: auto; outline: none; scrollbar-width: thin; scrollbar-color: var(--_control) transparent; }
  .frame[data-covered] regular-table { visibility: hidden; }
  table { position: absolute; border-spacing: 0; border-collapse: separate; outline: none; table-layout: auto; }
  th, td {
    height: 38px; padding: 0 0.625rem; border-bottom: 1px solid var(--_line); background: var(--_bg);
    text-align: start; font-weight: 400; white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
  }
  thead th {
    position: relative; color: var(--_muted); font-size: 0.8125rem; font-weight: 600; background: var(--_sunken); z-index: 2;
  }
  thead th[data-sort] { cursor: pointer; }
  thead th[data-sort]:hover { color: var(--_text); }
  thead th[aria-sort] { color: var(--_text); }
  thead th[aria-sort] > span:first-child::after { content: ' ↓'; color: var(--_accent); }
  thead .rt-column-resize { position: absolute; inset-block: 0; inset-inline-end: 0; width: 8px; cursor: col-resize; }
  tbody { transform: translate(0, var(--regular-table--transform-y, 0)); }
  tbody td, thead th:not([data-col='id']) { transform: translate(var(--regular-table--transform-x, 0), 0); }
  tbody tr:first-child > * {
    clip-path: polygon(0 var(--regular-table--clip-y, 0), 0 100%, 100% 100%, 100% var(--regular-table--clip-y, 0));
  }
  tbody tr td:first-of-type {
    clip-path: polygon(var(--regular-table--clip-x, 0) 0, var(--regular-table--clip-x, 0) 100%, 100% 100%, 100% 0);
  }
  tbody tr:first-child td:first-of-type {
    clip-path: polygon(
      var(--regular-table--clip-x, 0) var(--regular-table--clip-y, 0), var(--regular-table--clip-x, 0) 100%,
      100% 100%, 100% var(--regular-table--clip-y, 0)
    );
  }
  [data-col='id'] { position: relative; z-index: 3; }
  tbody [data-col='id'] { font-weight: 600; font-variant-numeric: tabular-nums; border-inline-end: 1px solid var(--_line); }
  [data-col='deposits'], [data-col='turnover'], [data-col='ggr'], [data-col='segments'] { text-align: end; font-variant-numeric: tabular-nums; }
  [data-col='brand'], [data-col='country'], [data-col='registered'], [data-col='lastActive'] { color: var(--_muted); }
  thead th { color: var(--_muted); }
  td[data-col='vip'] { text-transform: capitalize; }
  td[data-negative] { color: var(--_bad); }
  td[data-col='status'] { color: var(--_muted); }
  tr[data-restricted] td[data-col='status'] { color: var(--_bad); font-weight: 600; }
  tr[data-restricted] td[data-col='status']::before { content: '⊘ '; }
  td[data-cluster]::before {
    content: ''; display: inline-block; width: 0.625rem; height: 0.625rem; margin-inline-end: 0.5rem; border-radius: 50%; background: var(--_swatch);
  }
  tbody tr { cursor: pointer; }
  tbody tr:hover > * { background: var(--_hover); }
  tbody tr[aria-selected='true'] > * { background: var(--_selected); }
  table:focus-visible tr[data-active] > * { box-shadow: inset 0 2px 0 var(--_accent), inset 0 -2px 0 var(--_accent); }
  tr[data-pending] > * { color: var(--_muted); }

  @container (max-width: 36rem) {
    .tools input { width: 100%; }
    .count { margin-inline-start: 0; width: 100%; }
  }
`;
