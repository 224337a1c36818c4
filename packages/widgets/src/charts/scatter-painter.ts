import { clusterShape, colours, type Shape } from './cluster-colour.ts';
import { clusterMiddles, type PlacedPoint } from './scatter-layout.ts';

export type ScatterLook = {
  /** One a cluster colour, as the browser computes them. */
  palette: readonly string[];
  background: string;
  text: string;
  /** Of who is in no cluster. */
  muted: string;
  font: string;
};

export type ScatterView = {
  points: readonly PlacedPoint[];
  selected: number | null;
  hovered: PlacedPoint | null;
};

const radius = 2.4;

/** Draws the points in one pass, then the clusters' numbers on top, so that colour is never the only sign. */
export function paintScatter(context: CanvasRenderingContext2D, view: ScatterView, look: ScatterLook): void {
  const { points, selected, hovered } = view;
  const ratio = context.getTransform().a || 1;
  context.clearRect(0, 0, context.canvas.width / ratio, context.canvas.height / ratio);
  const colourOf = (cluster: number) =>
    cluster < 0 ? look.muted : (look.palette[cluster % colours] ?? look.text);
  const strength = points.length > 8000 ? 0.5 : 0.72;
  const draw = (point: PlacedPoint, size: number) => {
    context.beginPath();
    trace(context, clusterShape(point.cluster), point.x, point.y, size);
    context.fill();
  };
  // The chosen cluster is drawn last, over those that are faded.
  for (const chosen of [false, true]) {
    for (const point of points) {
      const own = selected === null || point.cluster === selected;
      if (own !== chosen) continue;
      context.globalAlpha = own ? strength : 0.1;
      context.fillStyle = colourOf(point.cluster);
      draw(point, radius);
    }
  }
  context.globalAlpha = 1;
  for (const [cluster, { x, y }] of clusterMiddles(points)) {
    if (cluster >= 0 && (selected === null || selected === cluster))
      label(context, String(cluster + 1), x, y, colourOf(cluster), look);
  }
  if (hovered !== null) {
    context.fillStyle = colourOf(hovered.cluster);
    draw(hovered, radius * 2);
    context.lineWidth = 2;
    context.strokeStyle = look.text;
    context.stroke();
  }
}

function label(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  look: ScatterLook,
): void {
  const size = 11;
  context.beginPath();
  context.arc(x, y, size, 0, Math.PI * 2);
  context.fillStyle = look.background;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = colour;
  context.stroke();
  context.fillStyle = look.text;
  context.font = look.font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x, y + 0.5);
}

function trace(context: CanvasRenderingContext2D, shape: Shape, x: number, y: number, size: number): void {
  if (shape === 'circle') context.arc(x, y, size, 0, Math.PI * 2);
  else if (shape === 'square') context.rect(x - size, y - size, size * 2, size * 2);
  else {
    context.moveTo(x, y - size * 1.3);
    context.lineTo(x + size * 1.2, shape === 'diamond' ? y : y + size);
    if (shape === 'diamond') context.lineTo(x, y + size * 1.3);
    context.lineTo(x - size * 1.2, shape === 'diamond' ? y : y + size);
    context.closePath();
  }
}
