/** What runs in a worker: the whole engine, in a module worker of a browser or one of node:worker_threads. */
import { serve } from '../serve.ts';
import { createEngineHost } from './engine-host.ts';

serve(createEngineHost);
