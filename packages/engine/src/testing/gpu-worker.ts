import { kmeans } from '../clustering/kmeans.ts';
import { blobs } from './data.ts';

const { matrix } = blobs({ rows: 1000, features: 3, groups: 4, seed: 5, apart: 30 });
const { model } = await kmeans(matrix, { k: 4, initializations: 3, device: 'webgpu' });
postMessage({ device: model.device, sizes: model.sizes });
