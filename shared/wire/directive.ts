// Directives: model ↔ messages.
import type { DirectiveInput, Directive as WireDirective } from '../../proto/gen/jidi/v1/Directive.ts';
import type { StartProfile } from '../../proto/gen/jidi/v1/StartProfile.ts';
import type { Directive } from '../model/directive.ts';
import type { ProfileRequest } from '../model/profile.ts';
import { decodeCommandRequest, encodeCommandRequest } from './command.ts';
import { optionalTime, textField } from './fields.ts';
import { malformed } from './wire-error.ts';

const maxIdLength = 64;

export function encodeDirective(directive: Directive): DirectiveInput {
  switch (directive.kind) {
    case 'start-profile': {
      const { id, startTimeMs, ...rest } = directive.request;
      return { startProfile: { ...rest, profileId: id, startTimeMs: startTimeMs ?? 0 } };
    }
    case 'stop-profile':
      return { stopProfile: { profileId: directive.profileId } };
    case 'run-command':
      return { runCommand: encodeCommandRequest(directive.request) };
    case 'cancel-command':
      return { cancelCommand: { commandId: directive.commandId } };
  }
}

export function decodeDirective(directive: WireDirective): Directive {
  const { startProfile, stopProfile, runCommand, cancelCommand } = directive;
  if (startProfile) return { kind: 'start-profile', request: decodeProfileRequest(startProfile) };
  if (stopProfile) {
    return { kind: 'stop-profile', profileId: textField('profile_id', stopProfile.profileId, maxIdLength) };
  }
  if (runCommand) return { kind: 'run-command', request: decodeCommandRequest(runCommand) };
  if (cancelCommand) {
    return {
      kind: 'cancel-command',
      commandId: textField('command_id', cancelCommand.commandId, maxIdLength),
    };
  }
  throw malformed('directive.action', 'none that this agent knows');
}

function decodeProfileRequest(request: StartProfile): ProfileRequest {
  return {
    id: textField('start_profile.profile_id', request.profileId, maxIdLength),
    pid: request.pid,
    startTimeMs: optionalTime('start_profile.start_time_ms', request.startTimeMs),
    durationMs: request.durationMs,
    frequencyHz: request.frequencyHz,
  };
}
