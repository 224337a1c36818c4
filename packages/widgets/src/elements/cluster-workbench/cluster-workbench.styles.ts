import { css } from 'lit';

export const styles = css`
  .setup { display: flex; flex-wrap: wrap; align-items: start; gap: 0.5rem 1rem; margin-bottom: 0.75rem; }
  .option { display: flex; align-items: center; gap: 0.5rem; color: var(--_muted); }
  .option :is(select, input) { color: var(--_text); }
  .option input { width: 5rem; }
  .picker { flex: 1 1 16rem; min-width: 0; border: 1px solid var(--_control); border-radius: calc(var(--_radius) - 2px); }
  .picker summary { display: flex; align-items: center; gap: 0.5rem; min-height: calc(2.25rem - 2px); padding: 0 0.75rem; cursor: pointer; font-weight: 500; border-radius: inherit; }
  .picker summary::before { content: ''; flex: none; width: 0.4rem; height: 0.4rem; border: solid currentColor; border-width: 0 1.5px 1.5px 0; rotate: -45deg; transition: rotate 120ms; }
  .picker[open] summary::before { rotate: 45deg; }
  .picker summary:hover { background: var(--_hover); }
  .choose { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.5rem; padding: 0.5rem 0.75rem; border-top: 1px solid var(--_line); }
  .choose input { flex: 1 1 10rem; min-width: 0; }
  fieldset { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 0 1rem; max-height: 15rem; overflow-y: auto; margin: 0; padding: 0 0.75rem 0.5rem; border: 0; min-inline-size: 0; scrollbar-width: thin; scrollbar-color: var(--_control) transparent; }
  .box { display: flex; align-items: center; gap: 0.5rem; min-height: 1.75rem; font-size: 0.8125rem; }
  .box input { flex: none; width: 1rem; height: 1rem; margin: 0; accent-color: var(--_accent); }
  .outcome { margin-bottom: 0.75rem; color: var(--_bad); }
  .rule { display: grid; grid-template-columns: 1fr auto; align-items: center; gap: 0.125rem 0.75rem; padding: 0 0.625rem 0.625rem 2rem; font-size: 0.8125rem; overflow-wrap: anywhere; }
  .rule > :is(p:first-child, form, .saved) { grid-column: 1 / -1; }
  .rule form { margin-top: 0.375rem; display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; }
  .rule form label { flex: 1 1 12rem; min-width: 0; }
  .rule form input { width: 100%; }
  .rule .save { height: 1.75rem; margin-inline-end: calc(-0.5rem - 1px); }
  .saved { color: var(--_good); }
  .wrong { flex-basis: 100%; color: var(--_bad); }
  /* The list is long: the picture stays beside what is read of it. */
  .legend { max-height: none; }
  .figure { align-self: start; position: sticky; top: 1rem; }
  .plot { flex: none; height: 26rem; }
  .facts { margin-bottom: 0.5rem; color: var(--_muted); font-size: 0.8125rem; }
  @container (max-width: 44rem) {
    .figure { position: static; }
    .plot { height: 18rem; }
  }
  @media (prefers-reduced-motion: reduce) { .picker summary::before { transition: none; } }
`;
