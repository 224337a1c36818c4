import { css } from 'lit';

export const styles = css`
  header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5rem 1rem; margin-bottom: 0.75rem; }
  .train, .train label { display: flex; align-items: center; gap: 0.5rem; }
  .train label { color: var(--_muted); }
  .train select { color: var(--_text); }
  .outcome { margin-bottom: 0.75rem; color: var(--_bad); }
`;
