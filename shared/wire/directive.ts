// Directives, both ways. Decoding refuses one without an action.
import type { DirectiveInput, Directive as WireDirective } from '../../proto/gen/jidi/v1/Directive.ts';
import type { Directive } from '../model/directive.ts';
import { checkPresent } from './bounds.ts';
import { decodeCommandRequest, decodeId, encodeCommandRequest } from './command.ts';
import { decodeProfileRequest, encodeProfileRequest } from './profile-request.ts';
import { malformed } from './wire-error.ts';

export function encodeDirective(directive: Directive): DirectiveInput {
  switch (directive.kind) {
    case 'start-profile':
      return { startProfile: encodeProfileRequest(directive.request) };
    case 'stop-profile':
      return { stopProfile: { profileId: directive.profileId } };
    case 'run-command':
      return { runCommand: encodeCommandRequest(directive.request) };
    case 'cancel-command':
      return { cancelCommand: { commandId: directive.commandId } };
  }
}

export function decodeDirective(directive: WireDirective): Directive {
  switch (directive.action) {
    case 'startProfile': {
      const message = checkPresent('directive.start_profile', directive.startProfile);
      return { kind: 'start-profile', request: decodeProfileRequest(message) };
    }
    case 'stopProfile': {
      const message = checkPresent('directive.stop_profile', directive.stopProfile);
      return { kind: 'stop-profile', profileId: decodeId('stop_profile.profile_id', message.profileId) };
    }
    case 'runCommand': {
      const message = checkPresent('directive.run_command', directive.runCommand);
      return { kind: 'run-command', request: decodeCommandRequest(message) };
    }
    case 'cancelCommand': {
      const message = checkPresent('directive.cancel_command', directive.cancelCommand);
      return { kind: 'cancel-command', commandId: decodeId('cancel_command.command_id', message.commandId) };
    }
    case undefined:
      break;
  }
  throw malformed('directive.action', 'missing');
}
