// Original file: proto/jidi/v1/profile.proto


export interface ProfiledThreadInput {
  'pid'?: (number);
  'tid'?: (number);
  'process'?: (string);
  'name'?: (string);
  'localRankPlus1'?: (number);
}

export interface ProfiledThread {
  'pid': (number);
  'tid': (number);
  'process': (string);
  'name': (string);
  'localRankPlus1': (number);
}
