/** Bars of how many times as fast, on a logarithmic scale: a group for each shape, a bar for each question. */
export function drawRatios<Q extends string>(
  ratios: readonly ({ readonly shape: string } & { readonly [question: string]: string | number | null })[],
  questions: readonly Q[],
): string {
  const colors = ['#2a6fbb', '#d98324', '#4a8f5d'];
  const [left, top, right] = [150, 64, 40];
  const bar = 9;
  const group = questions.length * bar + 12;
  const width = 860;
  const height = top + ratios.length * group + 40;
  const values = ratios.flatMap((ratio) => questions.map((question) => Number(ratio[question] ?? 1)));
  const most = 10 ** Math.ceil(Math.log10(Math.max(2, ...values)));
  const least = Math.min(0.5, ...values);
  const x = (value: number): number =>
    left + (Math.log(value / least) / Math.log(most / least)) * (width - left - right);
  const text = (at: number, y: number, content: string, extra = ''): string =>
    `<text x="${at.toFixed(1)}" y="${y.toFixed(1)}" ${extra}>${content}</text>`;
  const ticks = [0.5, 1, 2, 3, 5, 10, 20, 50, 100].filter((tick) => tick >= least && tick <= most);
  const lines = ticks.map(
    (tick) =>
      `<line x1="${x(tick).toFixed(1)}" x2="${x(tick).toFixed(1)}" y1="${top - 6}" y2="${height - 34}" stroke="${tick === 1 ? '#333' : '#ddd'}"/>` +
      text(x(tick), height - 18, `${tick}×`, 'text-anchor="middle" fill="#555"'),
  );
  const groups = ratios.flatMap((ratio, i) => {
    const y = top + i * group;
    return [
      text(left - 10, y + group / 2 - 2, ratio.shape, 'text-anchor="end" fill="#222"'),
      ...questions.map((question, q) => {
        const value = Number(ratio[question] ?? 1);
        const [from, to] = [Math.min(x(1), x(value)), Math.max(x(1), x(value))];
        return (
          `<rect x="${from.toFixed(1)}" y="${y + q * bar}" width="${(to - from).toFixed(1)}" height="${bar - 2}" fill="${colors[q] ?? '#888'}"/>` +
          text(to + 4, y + q * bar + bar - 2.5, value.toFixed(1), 'font-size="8" fill="#555"')
        );
      }),
    ];
  });
  const legend = questions.map(
    (question, q) =>
      `<rect x="${left + q * 110}" y="32" width="10" height="10" fill="${colors[q] ?? '#888'}"/>` +
      text(left + q * 110 + 15, 41, question, 'fill="#222"'),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    '<title>How many times as fast as scikit-learn, by shape and question</title>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(
      left,
      20,
      'Times as fast as scikit-learn on two threads (rows × features × clusters)',
      'font-size="13" fill="#222"',
    ),
    ...legend,
    ...lines,
    ...groups,
    '</svg>',
    '',
  ].join('\n');
}
