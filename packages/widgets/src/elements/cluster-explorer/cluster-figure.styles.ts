import { css } from 'lit';

/** Of an element that holds a ClusterFigure. */
export const figureStyles = css`
  :host { container-type: inline-size; }
  .training { display: flex; align-items: center; gap: 0.75rem; padding: 0.5rem 0.75rem; margin-bottom: 0.75rem; border-radius: var(--_radius); background: var(--_selected); }
  .training label { font-weight: 500; white-space: nowrap; }
  progress { flex: 1; min-width: 3rem; height: 6px; appearance: none; border: 0; border-radius: 3px; background: var(--_line); overflow: hidden; }
  progress::-webkit-progress-bar { background: var(--_line); }
  progress::-webkit-progress-value { background: var(--_accent); border-radius: 3px; }
  progress::-moz-progress-bar { background: var(--_accent); }
  .model { display: grid; grid-template-columns: minmax(0, 1.35fr) minmax(17rem, 1fr); gap: 1rem; }
  .plot { position: relative; flex: 1; min-height: 21rem; border: 1px solid var(--_line); border-radius: var(--_radius); background: var(--_bg); overflow: hidden; }
  canvas { position: absolute; inset: 0; width: 100%; height: 100%; border-radius: inherit; touch-action: manipulation; }
  canvas:focus-visible { outline-offset: -2px; }
  canvas[data-pointing] { cursor: pointer; }
  .figure { display: flex; flex-direction: column; gap: 0.375rem; min-width: 0; }
  .hint { display: flex; justify-content: space-between; align-items: center; min-height: 1.75rem; color: var(--_muted); font-size: 0.75rem; }
  .hint button { height: 1.75rem; font-size: 0.8125rem; }
  .tip {
    position: absolute; top: 0; left: 0; display: flex; align-items: center; gap: 0.5rem; padding: 0.375rem 0.625rem;
    border-radius: calc(var(--_radius) - 2px); background: var(--_bg); border: 1px solid var(--_line);
    box-shadow: 0 4px 14px rgb(0 0 0 / 16%); font-size: 0.8125rem; white-space: nowrap; pointer-events: none;
  }
  .legend { display: grid; align-content: start; max-height: 30rem; overflow-y: auto; scrollbar-width: thin; scrollbar-color: var(--_control) transparent; }
  .legend li + li { border-top: 1px solid var(--_line); }
  .legend .cluster {
    display: grid; grid-template-columns: auto 1fr auto; align-items: center; gap: 0.125rem 0.625rem; width: 100%; height: auto;
    padding: 0.5625rem 0.625rem; border: 0; border-radius: 0; background: transparent; text-align: start; white-space: normal; font-weight: 400;
  }
  .legend .cluster:focus-visible { outline-offset: -2px; }
  .legend .cluster[aria-pressed='true'], .legend .cluster[aria-pressed='true']:hover { background: var(--_selected); }
  .swatch { width: 0.75rem; height: 0.75rem; }
  .swatch[data-shape='square'] { border-radius: 1px; }
  .swatch[data-shape='diamond'] { border-radius: 1px; rotate: 45deg; }
  .swatch[data-shape='triangle'] { border-radius: 0; clip-path: polygon(50% 0, 100% 100%, 0 100%); }
  .name { font-weight: 600; }
  .size { color: var(--_muted); font-size: 0.8125rem; white-space: nowrap; }
  .profile { grid-column: 2 / -1; font-size: 0.8125rem; color: var(--_muted); }
  .probes { position: absolute; width: 0; height: 0; overflow: hidden; visibility: hidden; }
  /* A change of theme runs this transition, and its start says that the canvas has to be painted anew. */
  .probes span { color: var(--_swatch); transition: color 1ms step-end; }
  @container (max-width: 44rem) {
    .model { grid-template-columns: minmax(0, 1fr); }
    .plot { min-height: 18rem; }
    .legend { max-height: none; }
  }
`;
