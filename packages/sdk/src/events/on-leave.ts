import { inBrowserPage } from '../internal/browser.ts';

/** Calls when the page may be going: `pagehide`, and hidden, because a phone may end a hidden page without a word. */
export function onLeave(leave: () => void): void {
  if (!inBrowserPage()) return;
  window.addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') leave();
  });
}
