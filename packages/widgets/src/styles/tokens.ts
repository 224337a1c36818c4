import { css } from 'lit';

/**
 * The look, as private tokens that a page overrides by `--crmbet-*` custom properties. Light and dark follow the
 * page's `color-scheme`; `data-theme="dark"` on the session or on an element chooses one.
 *
 * Cluster colours start from the Okabe–Ito set (Okabe & Ito, 2008, "Color Universal Design"), which stays distinct under
 * the common colour-vision deficiencies, with Paul Tol's indigo for its second blue, and are darkened or lightened until
 * each has 3:1 against its background. Numbers on the plot say the same without colour.
 */
export const tokens = css`
  :host {
    --_bg: var(--crmbet-bg, light-dark(#ffffff, #151b24));
    --_sunken: var(--crmbet-sunken, light-dark(#f4f6f8, #0f141b));
    --_raised: var(--crmbet-raised, light-dark(#ffffff, #2b3746));
    --_hover: var(--crmbet-hover, light-dark(#eef3f8, #1e2733));
    --_selected: var(--crmbet-selected, light-dark(#e0edfb, #1c3350));
    --_text: var(--crmbet-text, light-dark(#17202b, #e8edf3));
    --_muted: var(--crmbet-muted, light-dark(#566373, #9dabbb));
    --_line: var(--crmbet-line, light-dark(#e1e6ec, #2a3442));
    --_control: var(--crmbet-control, light-dark(#8592a1, #64748a));
    --_accent: var(--crmbet-accent, light-dark(#0b62c4, #6db3ff));
    --_on-accent: var(--crmbet-on-accent, light-dark(#ffffff, #06192e));
    --_good: var(--crmbet-good, light-dark(#0a7043, #4fcf92));
    --_bad: var(--crmbet-bad, light-dark(#b3261e, #ff8d85));
    --_danger: var(--crmbet-danger, light-dark(#a8201a, #8f1d18));
    --_danger-soft: var(--crmbet-danger-soft, light-dark(#fdecea, #3b1a1a));
    --_radius: var(--crmbet-radius, 8px);
    --_font: var(--crmbet-font, inherit);
    --_c0: var(--crmbet-cluster-0, light-dark(#0072b2, #56a8e0));
    --_c1: var(--crmbet-cluster-1, light-dark(#d55e00, #f58b3c));
    --_c2: var(--crmbet-cluster-2, light-dark(#00855f, #2fc59a));
    --_c3: var(--crmbet-cluster-3, light-dark(#b04a86, #e08fc0));
    --_c4: var(--crmbet-cluster-4, light-dark(#9a7400, #edc948));
    --_c5: var(--crmbet-cluster-5, light-dark(#332288, #9bd6f5));
    --_c6: var(--crmbet-cluster-6, light-dark(#858585, #d0d0d0));
    --_c7: var(--crmbet-cluster-7, light-dark(#9a6fd0, #b7a5ea));
    display: block;
    color: var(--_text);
    font-family: var(--_font);
    font-size: 0.875rem;
    line-height: 1.45;
  }
  :host([hidden]) { display: none; }
  :host([data-theme='light']) { color-scheme: light; }
  :host([data-theme='dark']) { color-scheme: dark; }
`;
