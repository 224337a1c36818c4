import { describeKernel } from '../testing/kernel-suite.ts';

describeKernel('relaxed');
describeKernel('simd');
describeKernel('js');
