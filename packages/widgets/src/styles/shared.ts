import { css } from 'lit';

/** Controls and states that all elements share. */
export const shared = css`
  *, *::before, *::after { box-sizing: border-box; }
  p, h2, h3, h4, ul, ol, dl, dd { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  h2, h3, h4 { font-size: inherit; font-weight: 600; }
  button, input, select { font: inherit; color: inherit; }
  button, select, input {
    height: 2.25rem;
    border: 1px solid var(--_control);
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_bg);
    padding: 0 0.75rem;
  }
  button { cursor: pointer; font-weight: 500; white-space: nowrap; }
  button:hover:not(:disabled), select:hover { background: var(--_hover); }
  button:disabled { opacity: 0.55; cursor: default; }
  button.primary { background: var(--_accent); border-color: var(--_accent); color: var(--_on-accent); }
  button.primary:hover:not(:disabled) { background: color-mix(in oklab, var(--_accent) 88%, var(--_text)); }
  button.quiet { border-color: transparent; background: transparent; color: var(--_accent); padding: 0 0.5rem; }
  select { padding-right: 0.5rem; }
  input::placeholder { color: var(--_muted); opacity: 1; }
  :focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
  .faint { color: var(--_muted); }
  .number { font-variant-numeric: tabular-nums; }
  .hidden {
    position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap;
  }
  .state {
    display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 0.75rem;
    min-height: 9rem; padding: 1.5rem; text-align: center; color: var(--_muted);
  }
  .failure p:first-child { color: var(--_text); font-weight: 500; }
  .spinner {
    width: 1.25rem; height: 1.25rem; border-radius: 50%;
    border: 2px solid var(--_line); border-top-color: var(--_accent);
    animation: turn 0.8s linear infinite;
  }
  @keyframes turn { to { rotate: 1turn; } }
  @media (prefers-reduced-motion: reduce) { .spinner { animation-duration: 4s; } }
  .segmented { display: inline-flex; border: 1px solid var(--_line); border-radius: calc(var(--_radius) - 2px); background: var(--_sunken); padding: 2px; gap: 2px; }
  .segmented button { height: 1.75rem; border: 0; background: transparent; padding: 0 0.625rem; color: var(--_muted); border-radius: calc(var(--_radius) - 4px); }
  .segmented button[aria-pressed='true'] { background: var(--_raised); color: var(--_text); box-shadow: 0 1px 2px rgb(0 0 0 / 14%); }
  .chip {
    display: inline-flex; align-items: center; gap: 0.375rem; height: 1.625rem; padding: 0 0.625rem;
    border: 1px solid var(--_line); border-radius: 999px; background: var(--_sunken); font-size: 0.8125rem; max-width: 100%;
  }
  .icon { flex: none; display: inline-grid; place-items: center; width: 1.5rem; height: 1.5rem; border-radius: 50%; background: var(--_sunken); color: var(--_muted); align-self: flex-start; }
  .icon svg { width: 0.875rem; height: 0.875rem; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
  .icon[data-kind='money-in'] { color: var(--_good); }
  .icon[data-kind='restriction'] { color: var(--_bad); }
  .icon[data-kind='bonus'], .icon[data-kind='segment'] { color: var(--_accent); }
  .swatch { flex: none; width: 0.625rem; height: 0.625rem; border-radius: 50%; background: var(--_swatch, var(--_muted)); }
  [data-cluster='0'] { --_swatch: var(--_c0); }
  [data-cluster='1'] { --_swatch: var(--_c1); }
  [data-cluster='2'] { --_swatch: var(--_c2); }
  [data-cluster='3'] { --_swatch: var(--_c3); }
  [data-cluster='4'] { --_swatch: var(--_c4); }
  [data-cluster='5'] { --_swatch: var(--_c5); }
  [data-cluster='6'] { --_swatch: var(--_c6); }
  [data-cluster='7'] { --_swatch: var(--_c7); }
`;
