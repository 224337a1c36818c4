import { html, nothing, svg, type TemplateResult } from 'lit';

export type DayValue = { day: string; value: number };

/** The box of each bar, in units of one day across and a hundred high; the zero line lies at `zero`. */
export function barBoxes(values: readonly number[]): {
  zero: number;
  boxes: { y: number; height: number }[];
} {
  const high = Math.max(0, ...values);
  const low = Math.min(0, ...values);
  const span = high - low || 1;
  const at = (value: number) => ((high - value) / span) * 100;
  const zero = at(0);
  return {
    zero,
    boxes: values.map((value) => ({ y: Math.min(at(value), zero), height: Math.abs(at(value) - zero) })),
  };
}

const gap = 0.24;

export type DayBarsOptions = {
  label: string;
  highlighted: number | null;
  over(index: number | null): void;
};

/** Bars by day that stretch to the width there is. Values below zero hang from the zero line. */
export function dayBars(
  days: readonly DayValue[],
  { label, highlighted, over }: DayBarsOptions,
): TemplateResult {
  const { zero, boxes } = barBoxes(days.map(({ value }) => value));
  const move = (event: PointerEvent) => {
    if (!(event.currentTarget instanceof Element)) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const index = Math.floor(((event.clientX - left) / width) * days.length);
    over(Math.min(Math.max(index, 0), days.length - 1));
  };
  return html`<svg class="bars" role="img" aria-label=${label} viewBox="0 0 ${days.length} 100" preserveAspectRatio="none"
    @pointermove=${move} @pointerleave=${() => over(null)}>
    ${highlighted === null ? nothing : svg`<rect class="column" x=${highlighted} y="0" width="1" height="100"></rect>`}
    ${boxes.map(({ y, height }, index) =>
      height === 0
        ? nothing
        : svg`<rect class=${(days[index]?.value ?? 0) < 0 ? 'bar below' : 'bar'} x=${index + gap / 2} y=${y} width=${1 - gap} height=${height}></rect>`,
    )}
    ${svg`<line class="zero" x1="0" x2=${days.length} y1=${zero} y2=${zero} vector-effect="non-scaling-stroke"></line>`}
  </svg>`;
}
