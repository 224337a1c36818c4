import { html, svg, type TemplateResult } from 'lit';

const width = 100;
const height = 28;
const inset = 2;

/** The points of a line through `values`, scaled to the box; a flat series lies in the middle. */
export function sparkPoints(values: readonly number[]): [x: number, y: number][] {
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, index) => [
    round(index * step),
    round(height - inset - (span === 0 ? 0.5 : (value - low) / span) * (height - 2 * inset)),
  ]);
}

const round = (value: number) => Math.round(value * 100) / 100;

/** A line without axes that shows a shape, not values: hidden from assistive technology. */
export function sparkline(values: readonly number[]): TemplateResult {
  if (values.length < 2) return html`<span class="spark"></span>`;
  const line = sparkPoints(values)
    .map(([x, y]) => `${x},${y}`)
    .join(' L');
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<path class="area" d="M0,${height} L${line} L${width},${height} Z"></path>
    <path class="line" d="M${line}" vector-effect="non-scaling-stroke"></path>`}
  </svg>`;
}
