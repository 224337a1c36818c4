import { deviceCases } from '../devices/device.cases.ts';
import { describeDevice } from '../testing/device-suite.ts';
import { kernelCases } from './kernel.cases.ts';

const cases = [...kernelCases, ...deviceCases];

describeDevice('relaxed', { cases });
describeDevice('simd', { cases });
describeDevice('js', { cases });
