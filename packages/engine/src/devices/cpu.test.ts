import { describeDevice } from '../testing/device-suite.ts';

describeDevice('relaxed');
describeDevice('simd');
describeDevice('js');
