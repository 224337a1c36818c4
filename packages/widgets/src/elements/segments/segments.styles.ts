import { css } from 'lit';

export const styles = css`
  li + li { border-top: 1px solid var(--_line); }
  button {
    display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.125rem 1rem; width: 100%; height: auto;
    padding: 0.75rem 1rem; border: 0; border-radius: 0; background: transparent; text-align: start; white-space: normal; font-weight: 400;
  }
  button:focus-visible { outline-offset: -2px; }
  button[aria-pressed='true'], button[aria-pressed='true']:hover:not(:disabled) { background: var(--_selected); }
  .name { font-weight: 600; }
  .size { font-weight: 600; text-align: end; }
  .rule { color: var(--_muted); font-size: 0.8125rem; overflow: hidden; display: -webkit-box; -webkit-line-clamp: 4; -webkit-box-orient: vertical; }
  .share { color: var(--_muted); font-size: 0.8125rem; text-align: end; }
  .bar { grid-column: 1 / -1; width: 100%; height: 4px; margin-top: 0.375rem; border-radius: 2px; background: var(--_line); }
  .bar rect { fill: var(--_accent); }
`;
