import { engineWorkerCases } from './engine-worker.cases.ts';

engineWorkerCases();
