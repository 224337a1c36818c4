import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { EventKind } from '../format/event-words.ts';

/** Strokes on a 16 × 16 grid. Words stand beside them, so they are hidden from assistive technology. */
const strokes: Record<EventKind | 'segment' | 'job', SVGTemplateResult> = {
  'money-in': svg`<path d="M8 2.5v8M4.8 7.6 8 10.8l3.2-3.2M3 13.5h10"></path>`,
  'money-out': svg`<path d="M8 10.5v-8M4.8 5.4 8 2.2l3.2 3.2M3 13.5h10"></path>`,
  play: svg`<rect x="2.5" y="2.5" width="11" height="11" rx="2.5"></rect><path d="M5.6 5.6h0M10.4 5.6h0M8 8h0M5.6 10.4h0M10.4 10.4h0"></path>`,
  bonus: svg`<path d="M2.5 6h11v7.5h-11zM8 6v7.5M2.5 6h11M8 6C5 6 4.2 2.5 6.2 2.5 7.6 2.5 8 4.6 8 6c0-1.4.4-3.5 1.8-3.5C11.8 2.5 11 6 8 6"></path>`,
  message: svg`<path d="M2.5 4h11v8.5h-11zM2.5 4.5 8 9l5.5-4.5"></path>`,
  restriction: svg`<circle cx="8" cy="8" r="5.5"></circle><path d="m4.2 4.2 7.6 7.6"></path>`,
  account: svg`<circle cx="8" cy="5.5" r="2.8"></circle><path d="M2.8 13.5c.6-2.6 2.7-4 5.2-4s4.6 1.4 5.2 4"></path>`,
  other: svg`<circle cx="8" cy="8" r="2.5"></circle>`,
  segment: svg`<circle cx="6" cy="8" r="3.8"></circle><circle cx="10" cy="8" r="3.8"></circle>`,
  job: svg`<path d="M8 2.5v2M8 11.5v2M2.5 8h2M11.5 8h2M4.1 4.1l1.4 1.4M10.5 10.5l1.4 1.4M11.9 4.1l-1.4 1.4M5.5 10.5l-1.4 1.4"></path>`,
};

export const icon = (name: keyof typeof strokes): TemplateResult =>
  html`<svg viewBox="0 0 16 16" aria-hidden="true">${strokes[name]}</svg>`;
