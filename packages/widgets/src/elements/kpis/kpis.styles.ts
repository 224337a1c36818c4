import { css } from 'lit';

export const styles = css`
  :host { container-type: inline-size; }
  header { display: flex; justify-content: flex-end; gap: 0.5rem; margin-bottom: 0.75rem; }
  dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: 0.75rem; }
  .tile {
    display: grid; grid-template-rows: auto auto auto 1fr; gap: 0.125rem; min-width: 0;
    padding: 0.875rem 1rem 0.75rem; border: 1px solid var(--_line); border-radius: var(--_radius); background: var(--_bg);
  }
  dt { color: var(--_muted); font-size: 0.8125rem; font-weight: 500; }
  .value { font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.015em; white-space: nowrap; }
  .note { color: var(--_muted); font-size: 0.75rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .trend { display: flex; align-items: flex-end; gap: 0.625rem; margin-top: 0.5rem; min-height: 1.75rem; }
  .change { flex: none; font-size: 0.75rem; font-weight: 600; font-variant-numeric: tabular-nums; }
  .up { color: var(--_good); }
  .down { color: var(--_bad); }
  .even { color: var(--_muted); }
  .spark { flex: 1; min-width: 0; height: 1.75rem; overflow: visible; }
  .spark .line { fill: none; stroke: var(--_accent); stroke-width: 1.5; stroke-linejoin: round; }
  .spark .area { fill: color-mix(in oklab, var(--_accent) 12%, transparent); }
  @container (max-width: 30rem) {
    dl { grid-template-columns: 1fr 1fr; gap: 0.5rem; }
    header { justify-content: flex-start; }
    .tile { padding: 0.75rem; }
    .value { font-size: 1.25rem; }
  }
`;
