// Original file: proto/jidi/v1/profile.proto


export interface StopProfileInput {
  'profileId'?: (string);
}

export interface StopProfile {
  'profileId': (string);
}
