/** What runs in a worker: a module worker in a browser, or one of node:worker_threads. */
import { createHost } from './host.ts';
import { serve } from './serve.ts';

serve(createHost);
