import { css } from 'lit';

export const styles = css`
  :host { container-type: inline-size; }
  article { display: flex; flex-direction: column; gap: 1.25rem; }
  header { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.625rem; }
  header h2 { font-size: 1.25rem; line-height: 1.3; letter-spacing: -0.01em; overflow-wrap: anywhere; }
  header p { width: 100%; }
  .vip {
    padding: 0.0625rem 0.5rem; border: 1px solid currentColor; border-radius: 999px; color: var(--_accent);
    font-size: 0.75rem; font-weight: 600; text-transform: capitalize;
  }
  .banner {
    display: flex; gap: 0.75rem; padding: 0.875rem 1rem; border-radius: var(--_radius);
    background: var(--_danger); color: #ffffff;
  }
  .banner strong { font-size: 1rem; }
  .banner svg { flex: none; width: 1.5rem; height: 1.5rem; fill: none; stroke: currentColor; stroke-width: 2.5; }
  .banner ul { display: grid; gap: 0.125rem; margin-top: 0.125rem; }
  .figures { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); border: 1px solid var(--_line); border-radius: var(--_radius); overflow: hidden; }
  .figures > div { padding: 0.625rem 0.75rem; box-shadow: 0 0 0 0.5px var(--_line); background: var(--_bg); }
  .figures dt { color: var(--_muted); font-size: 0.75rem; font-weight: 500; }
  .figures .value { font-size: 1rem; font-weight: 650; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .figures dd.faint { font-size: 0.75rem; }
  .figures dd.faint:empty { display: none; }
  [data-negative] { color: var(--_bad); }
  section { display: grid; gap: 0.625rem; min-width: 0; }
  .row { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 0.5rem; }
  h3 { font-size: 0.875rem; }
  .places { grid-template-columns: auto minmax(0, 1fr); gap: 1.5rem; }
  .places > div { display: grid; gap: 0.5rem; place-content: start; }
  .chips { display: flex; flex-wrap: wrap; gap: 0.375rem; }
  .clip { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .chart { display: grid; gap: 0.375rem; }
  .bars { display: block; width: 100%; height: 7.5rem; overflow: visible; }
  .bar { fill: var(--_accent); }
  .bar.below { fill: var(--_bad); }
  .bars .column { fill: var(--_hover); }
  .zero { stroke: var(--_control); stroke-width: 1; }
  .axis { display: flex; justify-content: space-between; gap: 0.75rem; color: var(--_muted); font-size: 0.75rem; }
  .axis .read { color: var(--_text); font-weight: 500; }
  .quiet-chart { padding: 1.5rem 0; text-align: center; }
  .features { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.5rem; }
  .features > div { display: flex; justify-content: space-between; gap: 0.75rem; padding: 0.375rem 0; border-bottom: 1px solid var(--_line); }
  .features dt { color: var(--_muted); }
  .features dd { font-weight: 500; white-space: nowrap; }
  .timeline li { display: flex; align-items: baseline; gap: 0.625rem; padding: 0.4375rem 0; }
  .timeline li + li { border-top: 1px solid var(--_line); }
  .what { flex: 1; min-width: 0; overflow-wrap: anywhere; }
  .title { font-weight: 500; }
  .detail { color: var(--_muted); }
  time { flex: none; font-size: 0.75rem; }
  @container (max-width: 26rem) {
    .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
    .features { grid-template-columns: 1fr; }
    .places { grid-template-columns: minmax(0, 1fr); gap: 1rem; }
  }
`;
