import { familyMembers } from './testing/family-members.ts';
import { describeFamily } from './testing/family-suite.ts';

describeFamily(familyMembers);
