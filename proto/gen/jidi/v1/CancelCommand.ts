// Original file: proto/jidi/v1/command.proto


export interface CancelCommandInput {
  'commandId'?: (string);
}

export interface CancelCommand {
  'commandId': (string);
}
