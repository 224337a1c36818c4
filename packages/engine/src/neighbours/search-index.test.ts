import { describeSearch } from '../testing/search-suite.ts';

describeSearch('relaxed');
describeSearch('simd');
describeSearch('js');
