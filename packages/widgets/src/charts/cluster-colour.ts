/** How many colours stay distinct to everybody. Beyond them the shape of the mark tells clusters apart. */
export const colours = 8;

/** The `data-cluster` value that colours a cluster's swatch. */
export const clusterColour = (cluster: number): string => String(cluster % colours);

export type Shape = 'circle' | 'square' | 'diamond' | 'triangle';
const shapes = ['circle', 'square', 'diamond', 'triangle'] as const satisfies readonly Shape[];

export const clusterShape = (cluster: number): Shape =>
  shapes[Math.floor(cluster / colours) % shapes.length] ?? 'circle';
