import { css } from 'lit';

export const styles = css`
  :host { display: flex; flex-direction: column; min-height: 12rem; }
  :host([hidden]) { display: none; }
  header { display: flex; align-items: center; justify-content: space-between; gap: 0.5rem; padding-bottom: 0.375rem; }
  .connection { display: inline-flex; align-items: center; gap: 0.5rem; color: var(--_muted); font-size: 0.8125rem; font-weight: 500; }
  .connection::before { content: ''; width: 0.5rem; height: 0.5rem; border-radius: 50%; background: var(--_control); }
  .connection[data-state='live'] { color: var(--_good); }
  .connection[data-state='live']::before { background: var(--_good); }
  .connection[data-state='reconnecting'], .connection[data-state='refused'] { color: var(--_bad); }
  .connection[data-state='reconnecting']::before, .connection[data-state='refused']::before { background: var(--_bad); }
  header button { height: 1.75rem; font-size: 0.8125rem; }
  .behind { margin-inline-start: 0.375rem; padding: 0.0625rem 0.375rem; border-radius: 999px; background: var(--_accent); color: var(--_on-accent); font-size: 0.75rem; }
  ol { flex: 1; min-height: 0; overflow-y: auto; scrollbar-width: thin; scrollbar-color: var(--_control) transparent; border-top: 1px solid var(--_line); }
  li { display: flex; align-items: flex-start; gap: 0.625rem; padding: 0.5625rem 0.25rem 0.5625rem 0; font-size: 0.8125rem; }
  li + li { border-top: 1px solid var(--_line); }
  li > div { flex: 1; min-width: 0; overflow-wrap: anywhere; padding-top: 0.125rem; }
  .title { font-weight: 600; margin-inline-end: 0.375rem; }
  .detail { color: var(--_muted); }
  .title + .player + .detail { display: block; }
  .player { height: auto; min-height: 1.25rem; padding: 0; border: 0; background: none; color: var(--_accent); font-weight: 500; }
  .player:hover:not(:disabled) { background: none; text-decoration: underline; }
  time { flex: none; padding-top: 0.125rem; font-size: 0.75rem; }
`;
